"""A living review of one clinical study."""
