import 'package:doorstep_client/doorstep_client.dart';
import 'package:test/test.dart';

import 'support/clients.dart';
import 'support/doorstep.dart';
import 'support/mailbox.dart';

const email = 'ada@example.com';
const otherPassword = 'a lantern on the stairs';

Future<SignUpResult> signUpHere(DoorstepClient account) =>
    account.signUp(name: 'Ada', email: email, password: goodPassword);

void main() {
  test('a proof before the first login', () async {
    final server = await Doorstep.start({
      'DOORSTEP_SIGNUP_VERIFICATION': 'before',
    });
    final account = clientOf(server.url);
    final policy = await account.policy() as Ok<Policy>;
    expect(policy.value.signUpVerification, 'before');
    final needs = await signUpHere(account) as SignUpNeedsVerification;
    expect(needs.message, startsWith('Almost done'));
    expect(account.session.value, isNot(isA<SignedIn>()));
    Future<LoginResult> login() =>
        account.login(email: email, password: goodPassword);
    // Like a wrong password, so that nobody learns who has just signed up.
    final refused = (await login()).error!;
    expect(refused.code, ErrorCode.invalidCredentials);
    expect(
      refused.message,
      'E-mail or password is wrong, or the address is not confirmed yet',
    );
    final sent = await mailTo(server, email);
    final done = await account.confirmVerification(
      request: needs.request,
      code: sent.code,
      newPassword: goodPassword,
    );
    expect(done, isA<Ok<Confirmed>>(), reason: '${done.error}');
    expect(await login(), isA<LoginOk>());
    expect((account.session.value as SignedIn).customer.emailVerified, isTrue);
  });

  test('whoever signed up with the address before has nothing of it', () async {
    final server = await Doorstep.start({
      'DOORSTEP_SIGNUP_VERIFICATION': 'before',
    });
    final other = clientOf(server.url);
    await other.signUp(name: 'Eve', email: email, password: otherPassword);
    final first = await mailTo(server, email);
    final account = clientOf(server.url);
    final needs = await signUpHere(account) as SignUpNeedsVerification;
    final sent = await mailTo(server, email, after: first.number);
    Future<Result<Confirmed>> confirm({
      String? password,
      String? newPassword,
    }) => account.confirmVerification(
      request: needs.request,
      code: sent.code,
      password: password,
      newPassword: newPassword,
    );
    final refused = await confirm(password: goodPassword);
    expect(refused.error!.code, ErrorCode.invalidCredentials);
    final short = await confirm(newPassword: 'short');
    expect(short.error!.fields.keys, ['newPassword']);
    final done = await confirm(newPassword: goodPassword);
    expect(done, isA<Ok<Confirmed>>(), reason: '${done.error}');
    final eve = await other.login(email: email, password: otherPassword);
    expect(eve.error!.code, ErrorCode.invalidCredentials);
    final ada = await account.login(email: email, password: goodPassword);
    expect(ada, isA<LoginOk>());
  });

  test('another mail can be asked for without a session', () async {
    final server = await Doorstep.start({
      'DOORSTEP_SIGNUP_VERIFICATION': 'before',
    });
    final account = clientOf(server.url);
    await signUpHere(account);
    final first = await mailTo(server, email);
    final asked = await account.requestVerification(email: ' $email ');
    final request = (asked as Ok<MailAsked>).value.request;
    final second = await mailTo(server, email, after: first.number);
    expect(second.kind, 'verify_address');
    final done = await account.confirmVerification(
      request: request,
      code: second.code,
      password: goodPassword,
    );
    expect(done, isA<Ok<Confirmed>>(), reason: '${done.error}');
  });

  test('a proof after the sign-up, whose mail is sent by itself', () async {
    final server = await Doorstep.start({
      'DOORSTEP_SIGNUP_VERIFICATION': 'after',
    });
    final account = clientOf(server.url);
    expect(await signUpHere(account), isA<SignUpOk>());
    final sent = await mailTo(server, email);
    expect(sent.kind, 'verify_address');
  });
}
