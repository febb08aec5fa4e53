/// A JSON object whose fields are read with their types checked.
extension type Fields._(Map<String, Object?> _map) {
  factory Fields(Object? json) => json is Map<String, Object?>
      ? Fields._(json)
      : throw const FormatException('not an object');

  /// What an older server does not send holds nothing.
  factory Fields.orNone(Object? json) =>
      Fields(json ?? const <String, Object?>{});

  Object? operator [](String name) => _map[name];

  T _typed<T>(String name) {
    final value = _map[name];
    if (value is T) return value;
    throw FormatException('"$name" is no $T');
  }

  String text(String name) => _typed(name);
  String? textOrNull(String name) => _typed(name);
  bool flag(String name) => _typed(name);
  bool? flagOrNull(String name) => _typed(name);
  int number(String name) => _typed(name);
  DateTime time(String name) => DateTime.parse(text(name));
  DateTime? timeOrNull(String name) => _map[name] == null ? null : time(name);

  List<String> texts(String name) {
    final list = _typed<List<Object?>>(name);
    if (list.every((entry) => entry is String)) return list.cast<String>();
    throw FormatException('"$name" is no list of texts');
  }

  List<String>? textsOrNull(String name) =>
      _map[name] == null ? null : texts(name);
}
