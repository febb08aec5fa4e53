/// An account of the fake server.
final class FakeAccount {
  /// Of a sign-up's body.
  FakeAccount(Map<String, Object?> body)
    : name = '${body['name']}',
      email = '${body['email']}',
      password = '${body['password']}',
      id =
          '00000000-0000-7000-8000-'
          '${keyOf('${body['email']}').hashCode.toRadixString(16).padLeft(12, '0')}';

  final String id;
  String name;
  String email;
  String password;
  bool isVerified = false;
  Object? phone;
  Object? locale;

  /// What happened, oldest first.
  final List<Map<String, Object?>> events = [];

  /// Addresses are the same in any case.
  String get key => keyOf(email);

  static String keyOf(Object? email) => '$email'.toLowerCase();

  /// Notes an event as the server words it.
  void happened(String kind, String message) => events.add({
    'id': '00000000-0000-7000-8000-${'${events.length}'.padLeft(12, '0')}',
    'at': DateTime.now().toUtc().toIso8601String(),
    'kind': kind,
    'message': message,
    'device': 'Doorstep app',
    'network': '127.0.0.1',
  });

  Map<String, Object?> change(Map<String, Object?> body) {
    name = '${body['name'] ?? name}';
    phone = _orNull(body['phone'] ?? phone);
    locale = _orNull(body['locale'] ?? locale);
    happened('profile_changed', 'You changed your profile');
    return toJson();
  }

  static Object? _orNull(Object? text) => text == '' ? null : text;

  Map<String, Object?> toJson() => {
    'id': id,
    'name': name,
    'email': email,
    'emailVerified': isVerified,
    'phone': ?phone,
    'locale': ?locale,
    'createdAt': '2026-01-01T00:00:00Z',
    'updatedAt': '2026-01-01T00:00:00Z',
  };
}
