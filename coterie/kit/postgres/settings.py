"""How our PostgreSQL is set: given on its command line, so that no file in its folder says otherwise."""

NAME = "coterie"
PORT = 5432

SETTINGS = {
    # What is acknowledged must be on the disk, whatever a configuration file says.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    # Only who may enter the data folder reaches the server.
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": str(PORT),
    # A light server: short statements, many of them.
    "max_connections": "100",
    "shared_buffers": "128MB",
    "effective_cache_size": "512MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "1GB",
    "wal_compression": "on",
    "random_page_cost": "1.1",
    "io_method": "sync",
    "jit": "off",
    "log_checkpoints": "off",
    "log_timezone": "UTC",
    # No rows: they may hold somebody's address or letter.
    "log_error_verbosity": "terse",
    "timezone": "UTC",
}
