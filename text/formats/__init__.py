"""How dates and numbers look in each language, for FORMAT_MODULE_PATH."""
