"""The whole API surface: routes, errors, pages, throttles, description."""
