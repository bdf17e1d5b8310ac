"""Tools that know nothing of referrals; the other packages may use them, never the reverse."""
