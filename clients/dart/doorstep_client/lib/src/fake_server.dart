import 'dart:convert';

import 'package:http/http.dart' as http;

/// A small Doorstep in memory, as an HTTP client: sign-up, login, logout,
/// session, profile and policy, in token mode. For the rest, and for the exact rules,
/// test with a real server.
final class FakeDoorstepServer extends http.BaseClient {
  final Map<String, _Account> _accounts = {};
  final Map<String, String> _emails = {};
  final Map<String, http.Response> _answers = {};

  /// False: nothing answers, as without network.
  bool isReachable = true;

  /// What the next requests meet in place of an answer of this server.
  final List<http.Response> nextResponses = [];

  /// Every request, as `METHOD /path`.
  final List<String> requests = [];

  /// Ends every session, as a new password elsewhere does.
  void endSessions() => _emails.clear();

  @override
  Future<http.StreamedResponse> send(http.BaseRequest request) async {
    requests.add('${request.method} ${request.url.path}');
    if (!isReachable) {
      throw http.ClientException('Connection failed', request.url);
    }
    final answer = nextResponses.isNotEmpty
        ? nextResponses.removeAt(0)
        : _keyed(request as http.Request);
    return http.StreamedResponse(
      Stream.value(answer.bodyBytes),
      answer.statusCode,
      headers: answer.headers,
      request: request,
    );
  }

  /// A repeated sign-up gets its first answer.
  http.Response _keyed(http.Request request) {
    final key = request.headers['Idempotency-Key'];
    if (key == null) return _answer(request);
    return _answers[key] ??= _answer(request);
  }

  http.Response _answer(http.Request request) {
    final body = request.body.isEmpty
        ? const <String, Object?>{}
        : jsonDecode(request.body) as Map<String, Object?>;
    final token = request.headers['authorization']?.split(' ').last;
    final account = _accounts[_emails[token]];
    return switch ('${request.method} ${request.url.path}') {
      'POST /api/signup' => _signUp(body),
      'POST /api/login' => _login(body),
      'GET /api/session' => _session(token, account),
      'GET /api/policy' => _json(200, _policy),
      _ when account == null => _problem(
        401,
        token == null ? 'no_session' : 'session_ended',
        'You are not signed in',
      ),
      'POST /api/logout' => _end(token),
      'GET /api/user' => _json(200, {
        'user': account.toJson(),
        ...account.toJson(),
      }),
      'PATCH /api/user' => _json(200, {'user': account.change(body)}),
      _ => _problem(404, 'not_found', 'Not found'),
    };
  }

  http.Response _signUp(Map<String, Object?> body) {
    final fields = {
      for (final name in ['name', 'email', 'password'])
        if ('${body[name] ?? ''}'.trim().isEmpty) name: 'required',
    };
    if (fields.isNotEmpty) {
      return _problem(400, 'missing_fields', 'Fields are missing', fields);
    }
    final account = _Account(body);
    if (!account.email.contains('@')) fields['email'] = 'email_invalid';
    if (account.password.runes.length < 8) {
      fields['password'] = 'password_too_short';
    }
    if (fields.isNotEmpty) {
      return _problem(
        422,
        'invalid_fields',
        'Some fields need attention',
        fields,
      );
    }
    if (_accounts.containsKey(account.key)) {
      final taken = {'email': 'email_taken'};
      return _problem(409, 'email_taken', 'This address is registered', taken);
    }
    _accounts[account.key] = account;
    return _welcome(201, account);
  }

  http.Response _login(Map<String, Object?> body) {
    final account = _accounts['${body['email']}'.toLowerCase()];
    return account != null && account.password == body['password']
        ? _welcome(200, account)
        : _problem(401, 'invalid_credentials', 'E-mail or password is wrong');
  }

  http.Response _welcome(int status, _Account account) {
    final token = 'ds_fake_${_answers.length}_${requests.length}';
    _emails[token] = account.key;
    return _json(status, {'user': account.toJson(), 'token': token});
  }

  http.Response _session(String? token, _Account? account) => _json(200, {
    'user': account?.toJson(),
    if (account == null) 'code': token == null ? 'no_session' : 'session_ended',
  });

  http.Response _end(String? token) {
    _emails.remove(token);
    return http.Response('', 204);
  }

  static const _policy = {
    'password': {'minLength': 8, 'maxLength': 256},
    'signup': {
      'required': ['name', 'email', 'password'],
      'idempotencyKey': true,
    },
    'session': {
      'modes': ['token'],
    },
  };
}

final class _Account {
  _Account(Map<String, Object?> body)
    : name = '${body['name']}',
      email = '${body['email']}',
      password = '${body['password']}';

  String name;
  final String email;
  final String password;
  Object? phone;
  Object? locale;

  String get key => email.toLowerCase();

  Map<String, Object?> change(Map<String, Object?> body) {
    name = '${body['name'] ?? name}';
    phone = _orNull(body['phone'] ?? phone);
    locale = _orNull(body['locale'] ?? locale);
    return toJson();
  }

  static Object? _orNull(Object? text) => text == '' ? null : text;

  Map<String, Object?> toJson() => {
    'id': '00000000-0000-7000-8000-${key.hashCode.abs().toRadixString(16)}',
    'name': name,
    'email': email,
    'emailVerified': false,
    'phone': ?phone,
    'locale': ?locale,
    'createdAt': '2026-01-01T00:00:00Z',
    'updatedAt': '2026-01-01T00:00:00Z',
  };
}

http.Response _json(int status, Object body) => http.Response(
  jsonEncode(body),
  status,
  headers: {'content-type': 'application/json; charset=utf-8'},
);

http.Response _problem(
  int status,
  String code,
  String message, [
  Map<String, String> fields = const {},
]) => _json(status, {
  'code': code,
  'message': message,
  if (fields.isNotEmpty)
    'fields': {
      for (final MapEntry(:key, :value) in fields.entries)
        key: {'code': value, 'message': message},
    },
});
