"""What stands between us and foreign bytes: addresses, size, XML, time. Every other module of `sources` goes through here."""
