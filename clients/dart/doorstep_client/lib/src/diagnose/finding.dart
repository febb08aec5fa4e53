/// What `diagnose()` found between this app and the server.
final class Finding {
  /// Made by the kit; public for fakes in tests.
  const Finding({required this.message, this.id, this.url});

  /// The finding that a hint is; [pages] is where the server explains the ids.
  factory Finding.of(String hint, {Uri? pages}) {
    final id = RegExp(r'^DS-\d\d').firstMatch(hint)?[0];
    return Finding(
      id: id,
      message: hint,
      url: id == null || pages == null ? null : Uri.parse('$pages/$id'),
    );
  }

  /// `DS-01` and so on; null where only a symptom can be named.
  final String? id;

  /// The whole hint: the id, what is wrong, what to do.
  final String message;

  /// The server's own page about the id; null when the server cannot be
  /// reached.
  final Uri? url;

  @override
  String toString() => message;
}
