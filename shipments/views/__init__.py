"""The browser's door: pages that ask, and forms that hand on to the verbs."""
