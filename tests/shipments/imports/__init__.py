"""Tests of reading and matching spreadsheets."""
