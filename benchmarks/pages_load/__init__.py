"""How the pages hold under load: a server in one process, its readers in another."""
