import 'dart:async';
import 'dart:convert';

import 'package:doorstep_client/doorstep_client.dart';
import 'package:test/test.dart';

import 'support/clients.dart';
import 'support/doorstep.dart';
import 'support/link_page.dart';
import 'support/mailbox.dart';
import 'support/relay.dart';

const email = 'ada@example.com';
const newPassword = 'two kettles in the rain';

LoginCodeAsked asked(Result<LoginCodeAsked> result) {
  expect(result, isA<Ok<LoginCodeAsked>>(), reason: '${result.error}');
  return (result as Ok<LoginCodeAsked>).value;
}

/// A server with an account whose address is proven.
Future<Doorstep> serverWithAda() async {
  final server = await Doorstep.start();
  final laptop = clientOf(server.url);
  await signUp(laptop, email);
  await verify(server, laptop, email);
  return server;
}

/// The newest mail to log in with.
Future<Mail> loginMail(Doorstep server, {int after = 1}) async {
  final mail = await mailTo(server, email, after: after);
  expect(mail.kind, 'login_code');
  return mail;
}

void main() {
  test('the code of a mail logs in as a password does', () async {
    final server = await serverWithAda();
    final storage = MemoryStorage();
    final phone = clientOf(server.url, storage: storage);
    final policy = await phone.policy() as Ok<Policy>;
    expect(policy.value.loginCode, isTrue);
    expect(policy.value.signUpVerification, 'none');
    final mail = asked(await phone.requestLoginCode(email: ' $email '));
    expect(mail.message, startsWith('If this address has an account'));
    expect(mail.number, matches(r'^[1-9]\d$'));
    final sent = await loginMail(server);
    final wrong = await phone.confirmLoginCode(
      request: mail.request,
      code: otherThan(sent.code),
    );
    expect(wrong, isA<LoginRejected>());
    expect(wrong.error!.fields['code']!.code, FieldErrorCode.codeWrong);
    final login = await phone.confirmLoginCode(
      request: mail.request,
      code: '${sent.code.substring(0, 4)} ${sent.code.substring(4)}',
    );
    expect(login, isA<LoginOk>(), reason: '${login.error}');
    expect((phone.session.value as SignedIn).customer.email, email);
    // The next start of the app finds the session, and the device's token.
    final next = clientOf(server.url, storage: storage);
    expect(await next.restore(), isA<SignedIn>());
    expect(await sessionsOf(next), 2);
    final devices = storage.values['doorstep:${server.url}:devices'];
    expect(jsonDecode(devices!), contains(email));
    final again = await clientOf(
      server.url,
    ).confirmLoginCode(request: mail.request, code: sent.code);
    expect(again.error!.code, ErrorCode.challengeSpent);
  });

  test('the device that asked is let in by the number it shows', () async {
    final server = await serverWithAda();
    final relay = await Relay.to(server.url);
    final phone = clientOf(relay.url);
    final mail = asked(await phone.requestLoginCode(email: email));
    final waiting = phone.waitForLogin(request: mail.request);
    await relay.arrived('POST /api/login/code/poll');
    final sent = await loginMail(server);
    final said = await choose(server, sent, mail.number);
    expect(said, contains('It is logged in'));
    final login = await waiting.timeout(const Duration(seconds: 15));
    expect(login, isA<LoginOk>(), reason: '${login.error}');
    expect(phone.session.value, isA<SignedIn>());
    expect(relay.count('POST /api/login/code/poll'), greaterThan(1));
  });

  test('another number uses the mail up', () async {
    final server = await serverWithAda();
    final phone = clientOf(server.url);
    final mail = asked(await phone.requestLoginCode(email: email));
    final sent = await loginMail(server);
    final other = await otherNumber(server, sent, mail.number);
    final said = await choose(server, sent, other);
    expect(said, contains('shows another number'));
    final login = await phone.confirmLoginCode(
      request: mail.request,
      code: sent.code,
    );
    expect(login.error!.code, ErrorCode.challengeSpent);
    expect(phone.session.value, isNot(isA<SignedIn>()));
  });

  test('whoever gives up can wait again', () async {
    final server = await serverWithAda();
    final relay = await Relay.to(server.url);
    final phone = clientOf(relay.url);
    final mail = asked(await phone.requestLoginCode(email: email));
    final abort = Completer<void>();
    final waiting = phone.waitForLogin(
      request: mail.request,
      abort: abort.future,
    );
    await relay.arrived('POST /api/login/code/poll');
    abort.complete();
    final left = await waiting.timeout(const Duration(seconds: 2));
    expect(left.error!.code, ClientErrorCode.aborted);
    final sent = await loginMail(server);
    await choose(server, sent, mail.number);
    final login = await phone.waitForLogin(request: mail.request);
    expect(login, isA<LoginOk>(), reason: '${login.error}');
  });

  test('an address that was never proven needs a password too', () async {
    final server = await Doorstep.start();
    final laptop = clientOf(server.url);
    await signUp(laptop, email);
    final phone = clientOf(server.url);
    final mail = asked(await phone.requestLoginCode(email: email));
    final sent = await loginMail(server, after: 0);
    Future<LoginResult> confirm({String? password, String? newPassword}) =>
        phone.confirmLoginCode(
          request: mail.request,
          code: sent.code,
          password: password,
          newPassword: newPassword,
        );
    final needs = await confirm();
    expect(needs.error!.fields['password']!.code, FieldErrorCode.required);
    final wrong = await confirm(password: 'not the one at all');
    expect(wrong.error!.code, ErrorCode.invalidCredentials);
    final short = await confirm(newPassword: 'short');
    expect(
      short.error!.fields['newPassword']!.code,
      FieldErrorCode.passwordTooShort,
    );
    expect(await confirm(newPassword: newPassword), isA<LoginOk>());
    // Whoever had signed up with it is out.
    expect(await laptop.refresh(), isA<SignedOut>());
    final login = await clientOf(
      server.url,
    ).login(email: email, password: newPassword);
    expect(login, isA<LoginOk>());
  });

  test('nothing tells whether an address has an account', () async {
    final server = await serverWithAda();
    final phone = clientOf(server.url);
    final known = asked(await phone.requestLoginCode(email: email));
    final unknown = asked(await phone.requestLoginCode(email: 'eve@x.com'));
    expect(unknown.message, known.message);
    expect(unknown.request, hasLength(known.request.length));
  });

  test('a server without it says so', () async {
    final server = await Doorstep.start({'DOORSTEP_LOGIN_CODE': 'false'});
    final phone = clientOf(server.url);
    final policy = await phone.policy() as Ok<Policy>;
    expect(policy.value.loginCode, isFalse);
    final refused = await phone.requestLoginCode(email: email);
    expect(refused.error!.code, ErrorCode.notFound);
  });
}
