"""Development tools of the repository; nothing in here is part of the addons."""
