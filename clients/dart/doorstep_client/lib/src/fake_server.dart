import 'dart:convert';

import 'package:http/http.dart' as http;

import 'fake_account.dart';
import 'fake_answers.dart';
import 'fake_mails.dart';

/// A small Doorstep in memory, as an HTTP client: sign-up, login, logout,
/// session, profile, policy and the timeline, in token mode; with [sendsMail]
/// recovery, verification, logins by mail and changes of address too. For the
/// rest, and for the exact rules, test with a real server.
final class FakeDoorstepServer extends http.BaseClient {
  /// Without arguments a server that sends no mails.
  FakeDoorstepServer({
    this.sendsMail = false,
    this.signUpVerification = 'none',
    this.hasLoginCode = true,
  });

  /// Whether there is anything that needs mails; they are in [mails].
  final bool sendsMail;

  /// When a new customer proves the address: `none`, `after` or `before`.
  final String signUpVerification;

  /// Whether customers may log in by a mail.
  final bool hasLoginCode;

  final Map<String, FakeAccount> _accounts = {};
  final Map<String, FakeAccount> _sessions = {};
  final Map<String, http.Response> _answers = {};
  late final FakeMails _mails = FakeMails(_accounts);

  /// False: nothing answers, as without network.
  bool isReachable = true;

  /// What the next requests meet in place of an answer of this server.
  final List<http.Response> nextResponses = [];

  /// Every request, as `METHOD /path`.
  final List<String> requests = [];

  /// Every mail, the newest last.
  List<FakeMail> get mails => _mails.sent;

  /// Does what somebody does who reads the newest mail to log in: opens its
  /// link, and chooses [number] there.
  void chooseNumber(String number) => _mails.choose(number);

  /// Ends every session, as a new password elsewhere does.
  void endSessions() => _sessions.clear();

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
    final account = _sessions[token];
    final path = request.url.path;
    return switch ('${request.method} $path') {
      'POST /api/signup' => _signUp(body),
      'POST /api/login' => _login(body),
      'GET /api/session' => _session(token, account),
      'GET /api/policy' => json(200, _policy),
      _ when _isMailed(path) => _mailed(path, body, token, account),
      _ when account == null => _signedOut(token),
      'POST /api/logout' => _end(token),
      'GET /api/user' => json(200, {
        'user': account.toJson(),
        ...account.toJson(),
      }),
      'PATCH /api/user' => json(200, {'user': account.change(body)}),
      'GET /api/user/events' => json(200, {
        'events': account.events.reversed.toList(),
        'next': null,
      }),
      _ => notFound(),
    };
  }

  static http.Response _signedOut(String? token) => problem(
    401,
    token == null ? 'no_session' : 'session_ended',
    'You are not signed in',
  );

  static const _mailedPaths = [
    '/api/login/code',
    '/api/recovery',
    '/api/verification',
    '/api/user/email',
  ];

  static bool _isMailed(String path) =>
      _mailedPaths.any((one) => path == one || path.startsWith('$one/'));

  http.Response _mailed(
    String path,
    Map<String, Object?> body,
    String? token,
    FakeAccount? account,
  ) {
    if (!sendsMail) return notFound();
    final addressed = _accounts[FakeAccount.keyOf(body['email'])];
    return switch (path) {
      '/api/login/code' when hasLoginCode => _mails.ask(
        'login_code',
        addressed,
        more: const {'number': FakeMails.number},
      ),
      '/api/login/code/confirm' when hasLoginCode => _mails.confirm(
        'login_code',
        body,
        (account, _) => _enterByMail(account, body),
      ),
      '/api/login/code/poll' when hasLoginCode => _mails.poll(
        body,
        (account) => _welcome(200, account),
      ),
      '/api/recovery' => _mails.ask('recovery', addressed),
      '/api/recovery/confirm' => _mails.confirm(
        'recovery',
        body,
        (account, _) => _recover(account, body),
      ),
      '/api/verification' when body.containsKey('email') => _mails.ask(
        'verify_address',
        addressed,
      ),
      '/api/verification/confirm' => _mails.confirm(
        'verify_address',
        body,
        (owner, _) => _verify(owner, body, account),
      ),
      '/api/user/email/confirm' => _mails.confirm(
        'confirm_address',
        body,
        (owner, mail) =>
            _needsPassword(owner, body, account) ??
            _mails.changeEmail(owner, mail),
      ),
      '/api/user/email/undo' => _undo(body['token']),
      _ when account == null => _signedOut(token),
      '/api/verification' => _mails.ask(
        'verify_address',
        account,
        message:
            'A mail is on its way to your address. '
            'Look among unwanted mails too',
      ),
      '/api/user/email' => _changeEmail(account, body),
      _ => notFound(),
    };
  }

  http.Response _signUp(Map<String, Object?> body) {
    final fields = {
      for (final name in ['name', 'email', 'password'])
        if ('${body[name] ?? ''}'.trim().isEmpty) name: 'required',
    };
    if (fields.isNotEmpty) {
      return problem(400, 'missing_fields', 'Fields are missing', fields);
    }
    final account = FakeAccount(body);
    if (!account.email.contains('@')) fields['email'] = 'email_invalid';
    if (_isShort(account.password)) fields['password'] = 'password_too_short';
    if (fields.isNotEmpty) return refusal(fields);
    final isTaken = _accounts.containsKey(account.key);
    final isConcealed = sendsMail && signUpVerification == 'before';
    if (isTaken && !isConcealed) {
      final taken = {'email': 'email_taken'};
      return problem(409, 'email_taken', 'This address is registered', taken);
    }
    if (!isTaken) {
      _accounts[account.key] = account
        ..happened('signed_up', 'You created your account');
    }
    if (isConcealed) {
      final owner = _accounts[account.key]!;
      return _mails.ask(
        'verify_address',
        owner.isVerified ? null : owner,
        message:
            'Almost done: a mail is on its way to this address. '
            'Confirm the address with it. Look among unwanted mails too',
      );
    }
    if (sendsMail && signUpVerification == 'after') {
      _mails.ask('verify_address', account);
    }
    return _welcome(201, account);
  }

  static bool _isShort(Object? password) => '$password'.runes.length < 8;

  http.Response _login(Map<String, Object?> body) {
    final account = _accounts[FakeAccount.keyOf(body['email'])];
    final isRight = account != null && account.password == body['password'];
    // Else a login would tell who has just signed up.
    if (sendsMail && signUpVerification == 'before') {
      return isRight && account.isVerified
          ? _welcome(200, account)
          : wrongOrUnproven();
    }
    return isRight ? _welcome(200, account) : wrongPassword();
  }

  http.Response _welcome(int status, FakeAccount account) {
    final token = 'ds_fake_${_answers.length}_${requests.length}';
    _sessions[token] = account;
    if (status == 200) account.happened('logged_in', 'You logged in');
    return json(status, {'user': account.toJson(), 'token': token});
  }

  http.Response _session(String? token, FakeAccount? account) => json(200, {
    'user': account?.toJson(),
    if (account == null) 'code': token == null ? 'no_session' : 'session_ended',
  });

  http.Response _end(String? token) {
    _sessions.remove(token)?.happened('logged_out', 'You logged out');
    return http.Response('', 204);
  }

  void _endAll(FakeAccount account) =>
      _sessions.removeWhere((_, owner) => owner == account);

  http.Response _enterByMail(FakeAccount account, Map<String, Object?> body) {
    if (!account.isVerified) {
      if (body['newPassword'] case final String password) {
        if (_replacePassword(account, password) case final refused?) {
          return refused;
        }
      } else if (body['password'] == null) {
        return refusal({'password': 'required'});
      } else if (body['password'] != account.password) {
        return wrongPassword();
      }
    }
    account.isVerified = true;
    return _welcome(200, account);
  }

  /// Null, or why the new password is refused. It ends every session.
  http.Response? _replacePassword(FakeAccount account, String password) {
    if (_isShort(password)) {
      return refusal({'newPassword': 'password_too_short'});
    }
    account.password = password;
    _endAll(account);
    return null;
  }

  static const _recovered = 'You chose a new password with the help of a mail';

  http.Response _recover(FakeAccount account, Map<String, Object?> body) {
    final refused = _replacePassword(account, '${body['newPassword'] ?? ''}');
    if (refused != null) return refused;
    account
      ..isVerified = true
      ..happened('password_recovered', _recovered);
    return json(200, {'message': 'Your password is changed. Log in with it'});
  }

  http.Response _verify(
    FakeAccount owner,
    Map<String, Object?> body,
    FakeAccount? account,
  ) {
    final newPassword = body['newPassword'] as String?;
    final refused = newPassword == null
        ? _needsPassword(owner, body, account)
        : _replacePassword(owner, newPassword);
    if (refused != null) return refused;
    owner.isVerified = true;
    if (newPassword == null) {
      owner.happened('email_verified', 'You confirmed your e-mail address');
    } else {
      owner.happened('password_recovered', _recovered);
    }
    return json(200, {'message': 'Your e-mail address is confirmed'});
  }

  /// Whoever reads a mail need not be who made the account.
  http.Response? _needsPassword(
    FakeAccount owner,
    Map<String, Object?> body,
    FakeAccount? account,
  ) {
    if (account == owner) return null;
    if (body['password'] == null) {
      final fields = {'password': 'required'};
      return problem(400, 'missing_fields', 'Fields are missing', fields);
    }
    return body['password'] == owner.password ? null : wrongPassword();
  }

  http.Response _changeEmail(FakeAccount account, Map<String, Object?> body) {
    final email = '${body['newEmail'] ?? ''}';
    if (!email.contains('@')) return refusal({'newEmail': 'email_invalid'});
    if (FakeAccount.keyOf(email) == account.key) {
      return refusal({'newEmail': 'email_unchanged'});
    }
    if (body['password'] != account.password) return wrongPassword();
    return _mails.ask(
      'confirm_address',
      account,
      to: email,
      message:
          'A mail is on its way to the new address. '
          'It becomes yours here when you confirm it',
    );
  }

  http.Response _undo(Object? token) {
    final account = _mails.undo(token);
    if (account == null) return spent();
    _endAll(account);
    return json(200, {
      'message':
          'The account has its former address again. Every device is signed '
          'out, and a mail to choose a new password is on its way',
    });
  }

  Map<String, Object?> get _policy => {
    'password': {'minLength': 8, 'maxLength': 256},
    'signup': {
      'required': ['name', 'email', 'password'],
      'idempotencyKey': true,
      'verification': sendsMail ? signUpVerification : 'none',
    },
    'session': {
      'modes': ['token'],
    },
    'login': {'optional': <String>[], 'code': sendsMail && hasLoginCode},
    'mail': sendsMail,
  };
}
