/// A customer as the server shows it to the customer.
final class Customer {
  /// Made from answers; public for fakes in tests.
  const Customer({
    required this.id,
    required this.name,
    required this.email,
    required this.emailVerified,
    required this.createdAt,
    required this.updatedAt,
    this.phone,
    this.locale,
  });

  /// Reads the server's JSON; throws [FormatException] when it is none.
  factory Customer.fromJson(Object? json) {
    final fields = _Fields(json);
    return Customer(
      id: fields.text('id'),
      name: fields.text('name'),
      email: fields.text('email'),
      emailVerified: fields.flag('emailVerified'),
      createdAt: fields.time('createdAt'),
      updatedAt: fields.time('updatedAt'),
      phone: fields.textOrNull('phone'),
      locale: fields.textOrNull('locale'),
    );
  }

  /// Never changes.
  final String id;

  /// As the customer wrote it.
  final String name;

  /// As the customer wrote it.
  final String email;

  /// Whether the customer has shown that the address is theirs.
  final bool emailVerified;

  /// When the account was made.
  final DateTime createdAt;

  /// When the profile last changed.
  final DateTime updatedAt;

  /// With country code, or null.
  final String? phone;

  /// A language tag like `de-AT`, or null.
  final String? locale;

  /// The server's JSON again.
  Map<String, Object?> toJson() => {
    'id': id,
    'name': name,
    'email': email,
    'emailVerified': emailVerified,
    'createdAt': createdAt.toUtc().toIso8601String(),
    'updatedAt': updatedAt.toUtc().toIso8601String(),
    'phone': ?phone,
    'locale': ?locale,
  };

  @override
  String toString() => 'Customer($id)';
}

/// An entry of the address book.
final class Address {
  /// Made from answers; public for fakes in tests.
  const Address({
    required this.id,
    required this.name,
    required this.line1,
    required this.city,
    required this.country,
    this.company,
    this.line2,
    this.postalCode,
    this.region,
    this.phone,
    this.defaultShipping = false,
    this.defaultBilling = false,
  });

  /// Reads the server's JSON; throws [FormatException] when it is none.
  factory Address.fromJson(Object? json) {
    final fields = _Fields(json);
    return Address(
      id: fields.text('id'),
      name: fields.text('name'),
      company: fields.textOrNull('company'),
      line1: fields.text('line1'),
      line2: fields.textOrNull('line2'),
      postalCode: fields.textOrNull('postalCode'),
      city: fields.text('city'),
      region: fields.textOrNull('region'),
      country: fields.text('country'),
      phone: fields.textOrNull('phone'),
      defaultShipping: fields.flag('defaultShipping'),
      defaultBilling: fields.flag('defaultBilling'),
    );
  }

  /// Never changes.
  final String id;

  /// Who receives.
  final String name;

  /// Their company, or null.
  final String? company;

  /// Street and number.
  final String line1;

  /// A second line, or null.
  final String? line2;

  /// Postal code, or null where there is none.
  final String? postalCode;

  /// Town.
  final String city;

  /// State or province, or null.
  final String? region;

  /// Two letters, ISO 3166-1.
  final String country;

  /// With country code, or null.
  final String? phone;

  /// Parcels go here unless told otherwise.
  final bool defaultShipping;

  /// Bills go here unless told otherwise.
  final bool defaultBilling;

  @override
  String toString() => 'Address($id)';
}

/// A new entry of the address book.
final class AddressInput {
  /// Names, lines and town as the customer wrote them.
  const AddressInput({
    required this.name,
    required this.line1,
    required this.city,
    required this.country,
    this.company,
    this.line2,
    this.postalCode,
    this.region,
    this.phone,
    this.defaultShipping,
    this.defaultBilling,
  });

  /// Who receives.
  final String name;

  /// Their company.
  final String? company;

  /// Street and number.
  final String line1;

  /// A second line.
  final String? line2;

  /// Postal code.
  final String? postalCode;

  /// Town.
  final String city;

  /// State or province.
  final String? region;

  /// Two letters, ISO 3166-1.
  final String country;

  /// With country code.
  final String? phone;

  /// Parcels shall go here unless told otherwise.
  final bool? defaultShipping;

  /// Bills shall go here unless told otherwise.
  final bool? defaultBilling;

  /// The request's JSON.
  Map<String, Object?> toJson() => {
    'name': name,
    'company': ?company,
    'line1': line1,
    'line2': ?line2,
    'postalCode': ?postalCode,
    'city': city,
    'region': ?region,
    'country': country,
    'phone': ?phone,
    'defaultShipping': ?defaultShipping,
    'defaultBilling': ?defaultBilling,
  };
}

/// What changes in an entry; null leaves it alone, `''` removes what may be
/// missing.
final class AddressChange {
  /// Names only what changes.
  const AddressChange({
    this.name,
    this.company,
    this.line1,
    this.line2,
    this.postalCode,
    this.city,
    this.region,
    this.country,
    this.phone,
    this.defaultShipping,
    this.defaultBilling,
  });

  /// Who receives.
  final String? name;

  /// Their company.
  final String? company;

  /// Street and number.
  final String? line1;

  /// A second line.
  final String? line2;

  /// Postal code.
  final String? postalCode;

  /// Town.
  final String? city;

  /// State or province.
  final String? region;

  /// Two letters, ISO 3166-1.
  final String? country;

  /// With country code.
  final String? phone;

  /// Parcels shall go here unless told otherwise.
  final bool? defaultShipping;

  /// Bills shall go here unless told otherwise.
  final bool? defaultBilling;

  /// The request's JSON.
  Map<String, Object?> toJson() => {
    'name': ?name,
    'company': ?company,
    'line1': ?line1,
    'line2': ?line2,
    'postalCode': ?postalCode,
    'city': ?city,
    'region': ?region,
    'country': ?country,
    'phone': ?phone,
    'defaultShipping': ?defaultShipping,
    'defaultBilling': ?defaultBilling,
  };
}

/// What changes in the profile; null leaves it alone, `''` removes phone or
/// locale.
final class ProfileChange {
  /// Names only what changes.
  const ProfileChange({
    this.name,
    this.phone,
    this.locale,
    this.marketingConsent,
  });

  /// As the customer writes it.
  final String? name;

  /// With country code.
  final String? phone;

  /// A language tag like `de-AT`.
  final String? locale;

  /// Gives consent to marketing, or withdraws it.
  final bool? marketingConsent;

  /// The request's JSON.
  Map<String, Object?> toJson() => {
    'name': ?name,
    'phone': ?phone,
    'locale': ?locale,
    'marketingConsent': ?marketingConsent,
  };
}

/// One signed-in device.
final class DeviceSession {
  /// Made from answers; public for fakes in tests.
  const DeviceSession({
    required this.id,
    required this.current,
    required this.createdAt,
    required this.lastUsedAt,
    this.device,
    this.network,
  });

  /// Reads the server's JSON; throws [FormatException] when it is none.
  factory DeviceSession.fromJson(Object? json) {
    final fields = _Fields(json);
    return DeviceSession(
      id: fields.text('id'),
      current: fields.flag('current'),
      createdAt: fields.time('createdAt'),
      lastUsedAt: fields.time('lastUsedAt'),
      device: fields.textOrNull('device'),
      network: fields.textOrNull('network'),
    );
  }

  /// Names the session, and opens nothing.
  final String id;

  /// Whether it is the session that asks.
  final bool current;

  /// When it was opened.
  final DateTime createdAt;

  /// When it was last used.
  final DateTime lastUsedAt;

  /// The User-Agent that opened it.
  final String? device;

  /// The network that opened it.
  final String? network;
}

/// What a form needs to know before it asks.
final class Policy {
  /// Made from answers; public for fakes in tests.
  const Policy({
    required this.passwordMinLength,
    required this.passwordMaxLength,
    required this.requiredFields,
    required this.sessionModes,
  });

  /// Reads the server's JSON; throws [FormatException] when it is none.
  factory Policy.fromJson(Object? json) {
    final fields = _Fields(json);
    final password = _Fields(fields['password']);
    return Policy(
      passwordMinLength: password.number('minLength'),
      passwordMaxLength: password.number('maxLength'),
      requiredFields: _Fields(fields['signup']).texts('required'),
      sessionModes: _Fields(fields['session']).texts('modes'),
    );
  }

  /// In code points.
  final int passwordMinLength;

  /// In code points.
  final int passwordMaxLength;

  /// The fields that a sign-up must have.
  final List<String> requiredFields;

  /// The ways in which this server carries a session.
  final List<String> sessionModes;
}

/// A JSON object whose fields are read with their types checked.
extension type _Fields._(Map<String, Object?> _map) {
  factory _Fields(Object? json) => json is Map<String, Object?>
      ? _Fields._(json)
      : throw const FormatException('not an object');

  Object? operator [](String name) => _map[name];

  T _typed<T>(String name) {
    final value = _map[name];
    if (value is T) return value;
    throw FormatException('"$name" is no $T');
  }

  String text(String name) => _typed(name);
  String? textOrNull(String name) => _typed(name);
  bool flag(String name) => _typed(name);
  int number(String name) => _typed(name);
  DateTime time(String name) => DateTime.parse(text(name));

  List<String> texts(String name) {
    final list = _typed<List<Object?>>(name);
    if (list.every((entry) => entry is String)) return list.cast<String>();
    throw FormatException('"$name" is no list of texts');
  }
}
