"""Tools that know nothing of referrals: text, cron, URLs, logs, holidays."""
