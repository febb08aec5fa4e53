import 'package:doorstep_client/doorstep_client.dart';
import 'package:doorstep_client/src/client.dart';
import 'package:doorstep_client/testing.dart';
import 'package:http/http.dart' as http;
import 'package:test/test.dart';

import 'support/clients.dart';
import 'support/doorstep.dart';
import 'support/mailbox.dart';

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
  if (outcome is Record || outcome is String) return '$outcome';
  return '${outcome.runtimeType} ${error?.status} ${error?.code} $fields';
}

/// The same with mails: [codeOf] reads the newest one, of that kind and to that
/// address.
Future<List<String>> mailedStory(
  DoorstepClient account,
  Future<String> Function(String email, String kind) codeOf,
) async {
  const email = 'ada@example.com';
  const other = 'ada@example.org';
  final outcomes = <Object?>[];
  Future<T> tell<T>(Future<T> call) async {
    final outcome = await call;
    outcomes.add(outcome);
    return outcome;
  }

  Future<LoginResult> login([String email = email]) =>
      tell(account.login(email: email, password: goodPassword));

  final policy = await tell(account.policy());
  if (policy case Ok(:final value)) {
    outcomes.add((value.mail, value.loginCode, value.signUpVerification));
  }
  Future<String> signUp(String email, String password) async {
    final needs = await tell(
      account.signUp(name: 'Ada', email: email, password: password),
    );
    return (needs as SignUpNeedsVerification).request;
  }

  Future<void> verify(
    String request,
    String code, {
    String? password,
    String? newPassword,
  }) => tell(
    account.confirmVerification(
      request: request,
      code: code,
      password: password,
      newPassword: newPassword,
    ),
  );
  const eve = 'eve@example.com';
  final hers = await signUp(eve, goodPassword);
  final herCode = await codeOf(eve, 'verify_address');
  await verify(hers, herCode, password: 'not the one at all');
  await verify(hers, herCode, password: goodPassword);
  // Somebody was faster with this address.
  await signUp(email, 'not the one at all');
  await codeOf(email, 'verify_address');
  final request = await signUp(email, goodPassword);
  final code = await codeOf(email, 'verify_address');
  await login();
  final refused = await tell(
    account.login(email: email, password: 'not the one at all'),
  );
  outcomes.add(refused.error!.message);
  await verify(request, code);
  await verify(request, otherThan(code), newPassword: goodPassword);
  await verify(request, code, password: goodPassword);
  await verify(request, code, newPassword: 'short');
  await verify(request, code, newPassword: goodPassword);
  await verify(request, code, newPassword: goodPassword);
  await login();
  await tell(account.logout());
  await tell(account.requestLoginCode(email: 'nobody@example.com'));
  final mail = await tell(account.requestLoginCode(email: email));
  final asked = (mail as Ok<LoginCodeAsked>).value;
  final loginCode = await codeOf(email, 'login_code');
  Future<void> enter(String code) =>
      tell(account.confirmLoginCode(request: asked.request, code: code));
  await enter(otherThan(loginCode));
  await enter(loginCode);
  await enter(loginCode);
  Future<Result<MailAsked>> change(String email, [String? password]) => tell(
    account.changeEmail(newEmail: email, password: password ?? goodPassword),
  );
  await change('no address');
  await change(email);
  await change(other, 'not the one at all');
  final changed = (await change(other) as Ok<MailAsked>).value;
  await tell(
    account.confirmEmailChange(
      request: changed.request,
      code: await codeOf(other, 'confirm_address'),
    ),
  );
  outcomes.add((account.session.value as SignedIn).customer.email);
  final events = await tell(account.securityEvents());
  final happened = (events as Ok<SecurityEvents>).value.events;
  outcomes.add(happened.first.message);
  const recovered = 'You chose a new password with the help of a mail';
  outcomes.add((happened.map((one) => one.message).contains(recovered),));
  await tell(
    account.undoEmailChange(token: await codeOf(email, 'address_changed')),
  );
  outcomes.add('${account.session.value.runtimeType}');
  await login(other);
  await login();
  return [for (final outcome in outcomes) wordsFor(outcome)];
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

  test('so does the fake that sends mails', () async {
    final server = await Doorstep.start({
      'DOORSTEP_SIGNUP_VERIFICATION': 'before',
    });
    final real = clientOf(server.url);
    var last = 0;
    Future<String> ofReal(String email, String kind) async {
      Mail mail;
      // Notices of new devices come between.
      do {
        mail = await mailTo(server, email, after: last);
        last = mail.number;
      } while (mail.kind != kind);
      return kind == 'address_changed'
          ? mail.link.queryParameters['token']!
          : mail.code;
    }

    final pretended = FakeDoorstepServer(
      sendsMail: true,
      signUpVerification: 'before',
    );
    final fake = DoorstepClient(
      baseUrl: Uri.parse('http://shop.test'),
      httpClient: pretended,
      log: printOnFailure,
    );
    Future<String> ofFake(String email, String kind) async {
      final mail = pretended.mails.last;
      expect((mail.to, mail.kind), (email, kind));
      return mail.code ?? mail.token!;
    }

    final told = await mailedStory(fake, ofFake);
    expect(told, await mailedStory(real, ofReal));
  });

  test('a number chosen behind the link of a fake mail lets in', () async {
    final server = FakeDoorstepServer(sendsMail: true);
    final account = WiredClient(
      baseUrl: Uri.parse('http://shop.test'),
      httpClient: server,
      log: printOnFailure,
      wait: (_) => Future<void>.delayed(const Duration(milliseconds: 1)),
    );
    await signUp(account, 'ada@example.com');
    await account.logout();
    Future<LoginCodeAsked> ask() async {
      final asked = await account.requestLoginCode(email: 'ada@example.com');
      return (asked as Ok<LoginCodeAsked>).value;
    }

    final first = await ask();
    final waiting = account.waitForLogin(request: first.request);
    await Future<void>.delayed(const Duration(milliseconds: 20));
    server.chooseNumber(first.number);
    expect(await waiting, isA<LoginOk>());
    final second = await ask();
    server.chooseNumber('17');
    final refused = await account.waitForLogin(request: second.request);
    expect(refused.error!.code, ErrorCode.challengeSpent);
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
