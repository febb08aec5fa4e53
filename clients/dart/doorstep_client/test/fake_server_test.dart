import 'package:doorstep_client/doorstep_client.dart';
import 'package:doorstep_client/testing.dart';
import 'package:http/http.dart' as http;
import 'package:test/test.dart';

import 'support/doorstep.dart';

/// What an app's test does, on the fake and on a real server: the outcomes.
Future<List<String>> story(DoorstepClient account) async {
  final outcomes = <Object?>[];
  Future<void> tell(Future<Object?> call) async => outcomes.add(await call);
  Future<SignUpResult> signUp(String name, String email, String password) =>
      account.signUp(name: name, email: email, password: password);

  await tell(signUp('', '', ''));
  await tell(signUp('Ada', 'ada', 'short'));
  await tell(signUp('Ada', 'ada@example.com', goodPassword));
  await tell(account.profile.update(const ProfileChange(name: 'José')));
  await tell(account.refresh());
  await tell(account.logout());
  await tell(signUp('Eve', 'ADA@example.com', goodPassword));
  await tell(account.login(email: 'ada@example.com', password: 'wrong one'));
  await tell(account.login(email: 'ada@example.com', password: goodPassword));
  await tell(account.policy());
  return [for (final outcome in outcomes) wordsFor(outcome)];
}

String wordsFor(Object? outcome) {
  final error = switch (outcome) {
    SignUpResult(:final error) => error,
    LoginResult(:final error) => error,
    Result(:final error) => error,
    _ => null,
  };
  final fields = [
    for (final MapEntry(:key, :value) in (error?.fields ?? const {}).entries)
      '$key ${value.code}',
  ];
  return '${outcome.runtimeType} ${error?.status} ${error?.code} $fields';
}

void main() {
  test('the fake answers as a real server does', () async {
    final server = await Doorstep.start();
    final real = DoorstepClient(baseUrl: server.url, log: printOnFailure);
    addTearDown(real.close);
    final fake = DoorstepClient(
      baseUrl: Uri.parse('http://shop.test'),
      httpClient: FakeDoorstepServer(),
      log: printOnFailure,
    );
    expect(await story(fake), await story(real));
  });

  test('the fake can be offline, fail, and end sessions', () async {
    final server = FakeDoorstepServer();
    final account = DoorstepClient(
      baseUrl: Uri.parse('http://shop.test'),
      httpClient: server,
      log: printOnFailure,
    );
    await account.signUp(
      name: 'Ada',
      email: 'ada@example.com',
      password: goodPassword,
    );
    server.isReachable = false;
    expect((await account.refresh() as SignedIn).stale, isTrue);
    server
      ..isReachable = true
      ..nextResponses.add(http.Response('<title>Oops</title>', 500));
    expect((await account.addresses.list()).error!.status, 500);
    server.endSessions();
    expect(await account.refresh(), isA<SignedOut>());
    expect(server.requests, contains('POST /api/signup'));
  });
}
