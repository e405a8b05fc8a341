"""The timetable: starts commands, holds no logic."""
