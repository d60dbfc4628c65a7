"""The order of letters in each language, for sorting names."""

# Letters that count as letters of their own. Other letters with marks sort right after the
# letter without them.
LATIN = "abcdefghijklmnopqrstuvwxyz"
AZERBAIJANI = "abcçdeəfgğhxıijkqlmnoöprsştuüvwyz"
CYRILLIC = "аәбвгґғдђеєжҗзиійјкқҝҡлљмнњңоөпрстћуүұфхһҳцчҷҹџшщъыьэюя"
# The 39 letters taught in school: ու is one letter, and և has its place before օ.
ARMENIAN = [*"աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրց", "ու", *"ւփք", "և", *"օֆ"]
GEORGIAN = "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ"
ARABIC = "ءابپتثجچحخدذرزژسشصضطظعغفڤقكگلمنهوي"
GREEK = "αβγδεζηθικλμνξοπρστυφχψω"

# Each language lists its own script first, then the others in one order.
_OTHERS = [LATIN, CYRILLIC, GEORGIAN, ARMENIAN, ARABIC, GREEK]
ORDER = {
    "en": _OTHERS,
    "fr": _OTHERS,
    "az": [AZERBAIJANI, *_OTHERS[1:]],
    "ru": [CYRILLIC, *_OTHERS],
    "hy": [ARMENIAN, *_OTHERS],
    "ar": [ARABIC, *_OTHERS],
}

# Letters that no Unicode rule takes apart, and those that sort as a variant of another letter.
SPELLED = {
    "æ": "ae", "œ": "oe", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th",
    "ı": "i", "ə": "e", "ħ": "h", "ŧ": "t", "ŋ": "n", "եւ": "և",
    "ة": "ت", "ى": "ي", "ی": "ي", "ک": "ك", "ٱ": "ا", "ہ": "ه", "ە": "ه", "ے": "ي", "ς": "σ",
}  # fmt: skip
