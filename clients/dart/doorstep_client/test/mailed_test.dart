import 'dart:async';

import 'package:doorstep_client/doorstep_client.dart';
import 'package:test/test.dart';

import 'support/clients.dart';
import 'support/doorstep.dart';
import 'support/mailbox.dart';
import 'support/relay.dart';
import 'support/scripted.dart';

const newPassword = 'two kettles in the rain';

MailAsked asked(Result<MailAsked> result) {
  expect(result, isA<Ok<MailAsked>>(), reason: '${result.error}');
  return (result as Ok<MailAsked>).value;
}

void main() {
  test('a forgotten password is replaced by the code of a mail', () async {
    final server = await Doorstep.start();
    final laptop = clientOf(server.url);
    await signUp(laptop, 'ada@example.com');
    final phone = clientOf(server.url);
    final policy = await phone.policy() as Ok<Policy>;
    expect(policy.value.mail, isTrue);
    final mail = asked(await phone.requestRecovery(email: ' ada@example.com '));
    expect(mail.message, startsWith('If this address has an account'));
    final sent = await mailTo(server, 'ada@example.com');
    expect(sent.kind, 'recovery');
    final wrong = await phone.confirmRecovery(
      request: mail.request,
      code: otherThan(sent.code),
      newPassword: newPassword,
    );
    expect(wrong.error!.code, ErrorCode.invalidFields);
    expect(wrong.error!.fields['code']!.code, FieldErrorCode.codeWrong);
    expect(wrong.error!.fields['code']!.message, contains('Tries left: 4'));
    final short = await phone.confirmRecovery(
      request: mail.request,
      code: sent.code,
      newPassword: 'short',
    );
    expect(
      short.error!.fields['newPassword']!.code,
      FieldErrorCode.passwordTooShort,
    );
    final done = await phone.confirmRecovery(
      request: mail.request,
      code: '${sent.code.substring(0, 4)} ${sent.code.substring(4)}',
      newPassword: newPassword,
    );
    expect(done, isA<Ok<Confirmed>>());
    final said = (done as Ok<Confirmed>).value.message;
    expect(said, startsWith('Your password is changed'));
    expect(await laptop.refresh(), isA<SignedOut>());
    final login = await phone.login(
      email: 'ada@example.com',
      password: newPassword,
    );
    expect(login, isA<LoginOk>());
  });

  test('a code that was used is refused as spent', () async {
    final server = await Doorstep.start();
    final account = clientOf(server.url);
    await signUp(account, 'ada@example.com');
    final mail = asked(await account.requestRecovery(email: 'ada@example.com'));
    final sent = await mailTo(server, 'ada@example.com');
    Future<Result<Confirmed>> confirm() => account.confirmRecovery(
      request: mail.request,
      code: sent.code,
      newPassword: newPassword,
    );
    expect(await confirm(), isA<Ok<Confirmed>>());
    final again = await confirm();
    expect(again.error!.code, ErrorCode.challengeSpent);
    expect(again.error!.status, 410);
    expect(again.error!.reason, isNull);
  });

  test('whoever is signed in here learns that the session ended', () async {
    final server = await Doorstep.start();
    final account = clientOf(server.url);
    await signUp(account, 'ada@example.com');
    final mail = asked(await account.requestRecovery(email: 'ada@example.com'));
    final sent = await mailTo(server, 'ada@example.com');
    await account.confirmRecovery(
      request: mail.request,
      code: sent.code,
      newPassword: newPassword,
    );
    final state = account.session.value;
    expect((state as SignedOut).reason, SignedOutReason.sessionEnded);
  });

  test('nothing tells whether an address has an account', () async {
    final server = await Doorstep.start();
    final account = clientOf(server.url);
    await signUp(account, 'ada@example.com');
    final known = asked(
      await account.requestRecovery(email: 'ada@example.com'),
    );
    final unknown = asked(
      await account.requestRecovery(email: 'eve@example.com'),
    );
    expect(unknown.message, known.message);
    expect(unknown.request, hasLength(known.request.length));
    final none = await account.requestRecovery(email: 'no address');
    expect(none.error!.fields['email']!.code, FieldErrorCode.emailInvalid);
  });

  test('a double tap asks for one mail', () async {
    final server = await Doorstep.start();
    final relay = await Relay.to(server.url);
    final account = clientOf(relay.url);
    final both = await Future.wait([
      account.requestRecovery(email: 'ada@example.com'),
      account.requestRecovery(email: 'ada@example.com'),
    ]);
    expect(asked(both.first).request, asked(both.last).request);
    expect(relay.count('POST /api/recovery'), 1);
  });

  test('a verified address is seen at once', () async {
    final server = await Doorstep.start();
    final storage = MemoryStorage();
    final account = clientOf(server.url, storage: storage);
    final customer = await signUp(account, 'ada@example.com');
    expect(customer.emailVerified, isFalse);
    final mail = asked(await account.requestVerification());
    expect(mail.message, startsWith('A mail is on its way'));
    final sent = await mailTo(server, 'ada@example.com');
    expect(sent.kind, 'verify_address');
    final wrong = await account.confirmVerification(
      request: mail.request,
      code: otherThan(sent.code),
    );
    expect(wrong.error!.fields['code']!.code, FieldErrorCode.codeWrong);
    expect((account.session.value as SignedIn).customer.emailVerified, isFalse);
    final done = await account.confirmVerification(
      request: mail.request,
      code: sent.code,
    );
    expect(done, isA<Ok<Confirmed>>());
    final state = account.session.value as SignedIn;
    expect((state.customer.emailVerified, state.stale), (true, false));
    await server.pause();
    final next = clientOf(server.url, storage: storage);
    final kept = await next.restore() as SignedIn;
    expect(kept.customer.emailVerified, isTrue);
  });

  test('an answer from before the address was verified is no news', () async {
    final scripted = Scripted();
    final account = scripted.client;
    final early = Completer<Reply>();
    final verified = {...adaJson, 'emailVerified': true};
    scripted
      ..replyAll([welcome()])
      ..reply(early.future)
      ..replyAll([
        Reply.json(200, {'message': 'Done'}),
        Reply.json(200, {'user': verified}),
      ]);
    await scripted.signUp();
    final refreshing = account.refresh();
    await pumpEventQueue();
    // It does not wait for that answer either.
    final done = await account
        .confirmVerification(request: 'r', code: '1')
        .timeout(const Duration(seconds: 3));
    expect(done, isA<Ok<Confirmed>>());
    early.complete(Reply.json(200, {'user': adaJson}));
    await refreshing;
    expect((account.session.value as SignedIn).customer.emailVerified, isTrue);
  });

  test('a session that ended meanwhile ends here', () async {
    final server = await Doorstep.start();
    final account = clientOf(server.url);
    await signUp(account, 'ada@example.com');
    final mail = asked(await account.requestVerification());
    final sent = await mailTo(server, 'ada@example.com');
    final other = clientOf(server.url);
    await other.login(email: 'ada@example.com', password: goodPassword);
    await other.sessions.endOthers();
    final late = await account.confirmVerification(
      request: mail.request,
      code: sent.code,
    );
    expect(late, isA<Failed<Confirmed>>());
    final state = account.session.value;
    expect((state as SignedOut).reason, SignedOutReason.sessionEnded);
  });

  test('nobody signed in has no address to verify', () async {
    final server = await Doorstep.start();
    final account = clientOf(server.url);
    await account.restore();
    final refused = await account.requestVerification();
    expect(refused.error!.code, ErrorCode.noSession);
  });
}
