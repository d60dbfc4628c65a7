"""Names of months and weekdays in the six languages, matched in folded form."""

from text.folding import fold

# One line per month: English, French, Russian, Azerbaijani, Armenian, Arabic (Egypt, the Levant,
# the Maghreb), in the cases and abbreviations that stand in dates.
_MONTHS = (
    "january jan janvier janv январь января янв yanvar yan հունվար հունվարի հնվ "
    "يناير كانون_الثاني جانفي",
    "february feb février févr fév февраль февраля фев февр fevral fev փետրվար փետրվարի փտվ "
    "فبراير شباط فيفري",
    "march mar mars март марта мар mart մարտ մարտի մրտ مارس آذار",
    "april apr avril avr апрель апреля апр aprel ապրիլ ապրիլի ապր أبريل إبريل نيسان أفريل",
    "may mai май мая մայիս մայիսի մյս مايو أيار ماي",
    "june jun juin июнь июня июн iyun i̇yun հունիս հունիսի հնս يونيو يونيه حزيران جوان",
    "july jul juillet juil июль июля июл iyul i̇yul հուլիս հուլիսի հլս يوليو يوليه تموز جويلية",
    "august aug août aoû август августа авг avqust avq օգոստոս օգոստոսի օգս أغسطس آب أوت",
    "september sep sept septembre сентябрь сентября сен сент sentyabr sen սեպտեմբեր սեպտեմբերի "
    "սեպ سبتمبر أيلول",
    "october oct octobre октябрь октября окт oktyabr okt հոկտեմբեր հոկտեմբերի հոկ "
    "أكتوبر تشرين_الأول",
    "november nov novembre ноябрь ноября ноя нояб noyabr noy նոյեմբեր նոյեմբերի նոյ "
    "نوفمبر تشرين_الثاني",
    "december dec décembre déc декабрь декабря дек dekabr dek դեկտեմբեր դեկտեմբերի դեկ "
    "ديسمبر كانون_الأول",
)
# Words beside a date that say nothing more: ordinals, "year", weekdays.
_SILENT = (
    "st nd rd th er г год года թ թվական թվականի il ili ci cı cu cü م the of de le в at "
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thurs fri sat "
    "sun lundi mardi mercredi jeudi vendredi samedi dimanche lun mer jeu ven sam dim "
    "понедельник вторник среда четверг пятница суббота воскресенье пн вт ср чт пт сб вс "
    "երկուշաբթի երեքշաբթի չորեքշաբթի հինգշաբթի ուրբաթ շաբաթ կիրակի "
    "الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد"
)

_MONTH_OF = {
    " ".join(fold(word) for word in name.split("_")): number
    for number, names in enumerate(_MONTHS, start=1)
    for name in names.split()
}
_SILENT_WORDS = frozenset(fold(word) for word in _SILENT.split()) - set(_MONTH_OF)


def month_named(folded: str) -> int | None:
    """Give the number of the month with this folded name or abbreviation."""
    return _MONTH_OF.get(folded)


def says_nothing(folded: str) -> bool:
    """Tell whether a folded word may stand in a date without changing it."""
    return folded in _SILENT_WORDS
