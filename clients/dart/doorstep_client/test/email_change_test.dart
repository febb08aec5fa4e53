import 'dart:convert';

import 'package:doorstep_client/doorstep_client.dart';
import 'package:test/test.dart';

import 'support/clients.dart';
import 'support/doorstep.dart';
import 'support/mailbox.dart';

const former = 'ada@example.com';
const other = 'ada@example.org';

MailAsked asked(Result<MailAsked> result) {
  expect(result, isA<Ok<MailAsked>>(), reason: '${result.error}');
  return (result as Ok<MailAsked>).value;
}

Future<MailAsked> change(
  DoorstepClient account, {
  String email = other,
}) async =>
    asked(await account.changeEmail(newEmail: email, password: goodPassword));

void main() {
  test('another address is confirmed by the code of its mail', () async {
    final server = await Doorstep.start();
    final storage = MemoryStorage();
    final account = clientOf(server.url, storage: storage);
    await signUp(account, former);
    final mail = await change(account, email: ' $other ');
    expect(mail.message, startsWith('A mail is on its way to the new address'));
    final sent = await mailTo(server, other);
    expect(sent.kind, 'confirm_address');
    final wrong = await account.confirmEmailChange(
      request: mail.request,
      code: otherThan(sent.code),
    );
    expect(wrong.error!.fields['code']!.code, FieldErrorCode.codeWrong);
    expect((account.session.value as SignedIn).customer.email, former);
    final done = await account.confirmEmailChange(
      request: mail.request,
      code: sent.code,
    );
    expect(done, isA<Ok<Confirmed>>(), reason: '${done.error}');
    final customer = (account.session.value as SignedIn).customer;
    expect((customer.email, customer.emailVerified), (other, true));
    // This device stays known.
    final devices = storage.values['doorstep:${server.url}:devices'];
    expect((jsonDecode(devices!) as Map).keys, [other]);
    final spent = await account.confirmEmailChange(
      request: mail.request,
      code: sent.code,
    );
    expect(spent.error!.code, ErrorCode.challengeSpent);
  });

  test('a wrong password, and what is no other address, are refused', () async {
    final server = await Doorstep.start();
    final account = clientOf(server.url);
    await signUp(account, former);
    Future<DoorstepError> refused(String email, String password) async {
      final result = await account.changeEmail(
        newEmail: email,
        password: password,
      );
      return (result as Failed<MailAsked>).error;
    }

    final wrong = await refused(other, 'not the one at all');
    expect(wrong.code, ErrorCode.invalidCredentials);
    final none = await refused('no address', goodPassword);
    expect(none.fields['newEmail']!.code, FieldErrorCode.emailInvalid);
    final same = await refused('ADA@example.com', goodPassword);
    expect(same.fields['newEmail']!.code, FieldErrorCode.emailUnchanged);
    expect(account.session.value, isA<SignedIn>());
  });

  test('without a session its password is needed', () async {
    final server = await Doorstep.start();
    final account = clientOf(server.url);
    await signUp(account, former);
    final mail = await change(account);
    final sent = await mailTo(server, other);
    final browser = clientOf(server.url);
    await browser.restore();
    final needs = await browser.confirmEmailChange(
      request: mail.request,
      code: sent.code,
    );
    expect(needs.error!.fields, contains('password'));
    final done = await browser.confirmEmailChange(
      request: mail.request,
      code: sent.code,
      password: goodPassword,
    );
    expect(done, isA<Ok<Confirmed>>(), reason: '${done.error}');
    final state = await account.refresh() as SignedIn;
    expect(state.customer.email, other);
  });

  test('the former address takes the change back', () async {
    final server = await Doorstep.start();
    final account = clientOf(server.url);
    await signUp(account, former);
    await verify(server, account, former);
    final mail = await change(account);
    final sent = await mailTo(server, other);
    await account.confirmEmailChange(request: mail.request, code: sent.code);
    final told = await mailTo(server, former, after: sent.number);
    expect(told.kind, 'address_changed');
    final token = told.link.queryParameters['token']!;
    final done = await account.undoEmailChange(token: token);
    expect(done, isA<Ok<Confirmed>>(), reason: '${done.error}');
    final state = account.session.value as SignedOut;
    expect(state.reason, SignedOutReason.sessionEnded);
    // The former password is gone with it.
    final login = await account.login(email: former, password: goodPassword);
    expect(login.error!.code, ErrorCode.invalidCredentials);
    final again = await account.undoEmailChange(token: token);
    expect(again.error!.code, ErrorCode.challengeSpent);
  });
}
