import 'dart:async';

import 'package:http/http.dart' as http;

import 'account.dart';
import 'account_calls.dart';
import 'base_url.dart';
import 'calls.dart';
import 'check.dart';
import 'client.dart';
import 'diagnose/diagnose.dart';
import 'diagnose/finding.dart';
import 'diagnose/hints.dart';
import 'enter.dart';
import 'generated/codes.dart';
import 'http.dart';
import 'mode.dart';
import 'models.dart';
import 'platform/platform.dart';
import 'result.dart';
import 'session.dart';
import 'session_state.dart';
import 'storage.dart';
import 'tokens.dart';

/// Puts the parts together. [platform] and [wait] are for this package's tests.
final class WiredClient implements DoorstepClient {
  WiredClient({
    required Uri baseUrl,
    SessionStorage? storage,
    http.Client? httpClient,
    Duration timeout = const Duration(seconds: 10),
    bool? debug,
    DateTime Function()? now,
    void Function(String line)? log,
    Platform? platform,
    Future<void> Function(Duration pause)? wait,
  }) : this._(
         baseUrl,
         storage,
         httpClient,
         timeout,
         !isRelease && (debug ?? true),
         now ?? DateTime.now,
         log ?? Zone.current.print,
         platform ?? Platform(),
         wait,
       );

  WiredClient._(
    Uri given,
    SessionStorage? storage,
    http.Client? httpClient,
    Duration timeout,
    bool isDebug,
    DateTime Function() now,
    void Function(String line) log,
    Platform platform,
    Future<void> Function(Duration pause)? wait,
  ) : _owned = httpClient == null ? platform.createHttpClient(timeout) : null,
      _base = baseUrlOf(
        given,
        page: platform.page,
        isAndroidEmulator: !isRelease && isDebug && platform.isAndroidEmulator,
      ) {
    final net = Http(
      base: '${_base.url}/api',
      client: httpClient ?? _owned!,
      platform: platform,
      timeout: timeout,
      now: now,
      headers: !isRelease && isDebug ? tunnelHeaders(_base.url) : const {},
      wait: wait,
    );
    final hints = !isRelease && isDebug ? Hints(net, log) : null;
    final isWeb = platform.page != null;
    final name = 'doorstep:${_base.url}';
    final tokens = isWeb
        ? null
        : TokenStore(
            name,
            storage ?? MemoryStorage(),
            hints?.tell ?? (hint) => log('[doorstep] $hint'),
          );
    session = Session(platform, isWeb ? name : null, tokens);
    _calls = Calls(
      net,
      session,
      tokens: tokens,
      hints: hints,
      problem: _base.problem,
    );
    _check = Check(_calls);
    _entrance = Entrance(_calls, _check, isWeb ? 'cookie' : 'token');
    session.follow(_check.call);
    if (!isRelease && hints != null) _warn(given, platform, hints);
  }

  final http.Client? _owned;
  final BaseUrl _base;
  late final Calls _calls;
  late final Check _check;
  late final Entrance _entrance;

  @override
  late final Session session;

  @override
  Uri get baseUrl => _base.url;

  @override
  late final Profile profile = ProfileCalls(_calls, _check);

  @override
  late final Addresses addresses = AddressCalls(_calls);

  @override
  late final Devices sessions = DeviceCalls(_calls);

  void _warn(Uri given, Platform platform, Hints hints) {
    if (_base.problem case final problem?) {
      hints.tell(problem);
    } else if (given.host != baseUrl.host && given.hasAuthority) {
      hints.tell('DS-24 Emulator: using $baseUrl for ${given.origin}');
    } else {
      addressHints(baseUrl, platform.page).forEach(hints.tell);
    }
  }

  @override
  Future<SessionState> restore() async {
    final kept = await _calls.tokens?.read();
    if (kept != null && session.value is Restoring) {
      session.show(SignedIn(kept.customer, stale: true));
      unawaited(_check());
    } else {
      await _check();
    }
    return session.value;
  }

  @override
  Future<SessionState> refresh() async {
    await _check();
    return session.value;
  }

  @override
  Future<SignUpResult> signUp({
    required String name,
    required String email,
    required String password,
    bool? marketingConsent,
    Future<void>? abort,
  }) => _entrance.signUp({
    'name': name,
    'email': email.trim(),
    'password': password,
    'marketingConsent': ?marketingConsent,
  }, abort);

  @override
  Future<LoginResult> login({
    required String email,
    required String password,
    Future<void>? abort,
  }) => _entrance.login({'email': email.trim(), 'password': password}, abort);

  @override
  Future<Result<void>> logout() async {
    final result = await _leave(
      const Call('POST', '/logout'),
      SignedOutReason.loggedOut,
    );
    // Whose session was over already has what they asked for.
    return session.value is SignedOut ? const Ok(null) : result;
  }

  @override
  Future<Result<void>> deleteAccount({required String currentPassword}) =>
      _leave(
        Call('DELETE', '/user', body: {'currentPassword': currentPassword}),
        SignedOutReason.accountDeleted,
      );

  Future<Result<void>> _leave(Call call, SignedOutReason reason) async {
    await _calls.tokens?.read();
    final left = _calls.carrier;
    final result = await _calls.call<void>(call, (_) {});
    // A damaged store sends what is no token: nothing else would ever end that.
    final isDamaged =
        reason == SignedOutReason.loggedOut &&
        result.error?.code == ErrorCode.tokenInvalid;
    if (result is! Ok && !isDamaged) return result;
    if (left == _calls.carrier) {
      await session.signedOut(reason, isNews: true);
    } else if (session.value is! SignedOut) {
      // Somebody signed in meanwhile: that session is not the one that ended.
      await _check();
    }
    return result;
  }

  @override
  Future<Result<void>> changePassword({
    required String currentPassword,
    required String newPassword,
  }) => _calls.call(
    Call(
      'POST',
      '/user/password',
      body: {'currentPassword': currentPassword, 'newPassword': newPassword},
    ),
    (_) {},
  );

  @override
  Future<Result<Map<String, Object?>>> exportData() => _calls.call(
    const Call('GET', '/user/export'),
    (answer) => answer.data! as Map<String, Object?>,
  );

  @override
  Future<Result<Policy>> policy() => _calls.call(
    const Call('GET', '/policy'),
    (answer) => Policy.fromJson(answer.data),
  );

  @override
  Future<List<Finding>> diagnose() async {
    final hints = _calls.hints;
    if (isRelease || hints == null) return const [];
    if (_base.problem case final problem?) {
      hints.tell(problem);
      return [Finding.of(problem)];
    }
    return Diagnosis(_calls, hints, baseUrl).run();
  }

  @override
  void close() {
    session.close();
    _owned?.close();
  }
}
