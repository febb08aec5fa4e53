//! What a pooler between us and the server does to a connection, as its answers show it.

/// What to do about an answer that only a pooler makes necessary.
pub(super) fn cure(code: &str, message: &str) -> Option<&'static str> {
    match code {
        // "prepared statement … already exists", "… does not exist".
        "42P05" | "26000" => Some(
            "A pooler before the server gives every transaction another session and does not keep prepared statements. \
             PgBouncer: 1.21 or newer with max_prepared_statements = 200, or pool_mode = session; elsewhere use the \
             pooler's address for sessions, or the server's own",
        ),
        // A schema of the URL is one of the options.
        _ if message.contains("unsupported startup parameter") => Some(
            "The pooler before the server does not pass it on. Take schema= and options= out of the URL (and PGOPTIONS out of the \
             environment): a schema can be the role's own, ALTER ROLE … SET search_path = …. Or use the server's own address",
        ),
        _ => None,
    }
}
