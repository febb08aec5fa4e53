import 'package:doorstep_flutter/doorstep_flutter.dart';
import 'package:flutter/material.dart';
import 'package:flutter_test/flutter_test.dart';

import 'support/app.dart';

void main() {
  useRealNetwork();
  late Doorstep server;
  setUpAll(() async => server = await Doorstep.start());
  tearDownAll(() => server.stop());

  networkTest('a customer gets another address', (tester) async {
    final email = freshEmail();
    final other = freshEmail();
    final client = clientOf(tester, server.url);
    await tester.real(() => signUp(client, email));
    String? changed;
    await tester.pumpWidget(
      appOf(client, EmailChangeForm(onSuccess: (email) => changed = email)),
    );
    await tester.type('New e-mail address', 'no address');
    await tester.type('Password', goodPassword);
    await tester.click('Change e-mail address');
    await tester.waitFor(find.textContaining('like name@example.com'));
    await tester.type('New e-mail address', email);
    await tester.click('Change e-mail address');
    await tester.waitFor(find.text('This is your address already'));
    await tester.type('New e-mail address', ' $other');
    await tester.type('Password', 'not the one at all');
    await tester.click('Change e-mail address');
    await tester.waitFor(find.text('E-mail or password is wrong'));
    await tester.type('Password', goodPassword);
    await tester.testTextInput.receiveAction(TextInputAction.done);
    await tester.waitFor(
      find.textContaining('A mail is on its way to the new'),
    );
    final mail = await tester.real(() => server.mailTo(other));
    await tester.type('Code from the mail', otherThan(mail.code));
    await tester.click('Confirm');
    await tester.waitFor(find.textContaining('Tries left: 4'));
    expect(changed, isNull);
    await tester.type('Code from the mail', mail.code);
    await tester.click('Confirm');
    await tester.waitFor(find.text('Your e-mail address is changed.'));
    expect(changed, other);
    expect((client.session.value as SignedIn).customer.email, other);
  });

  networkTest('an address that was mistyped can be typed again', (
    tester,
  ) async {
    final client = clientOf(tester, server.url);
    await tester.real(() => signUp(client, freshEmail()));
    await tester.pumpWidget(appOf(client, const EmailChangeForm()));
    await tester.type('New e-mail address', freshEmail());
    await tester.type('Password', goodPassword);
    await tester.click('Change e-mail address');
    await tester.waitFor(find.text('Code from the mail'));
    final field = find.widgetWithText(TextField, 'New e-mail address');
    expect(tester.widget<TextField>(field).readOnly, isTrue);
    await tester.click('Use another address');
    expect(tester.widget<TextField>(field).readOnly, isFalse);
    final password = find.widgetWithText(TextField, 'Password');
    expect(tester.widget<TextField>(password).controller!.text, isEmpty);
  });

  networkTest('it stands on the account page, with the address of now', (
    tester,
  ) async {
    final email = freshEmail();
    final client = clientOf(tester, server.url);
    await tester.real(() => signUp(client, email));
    await tester.pumpWidget(
      appOf(client, const SizedBox(height: 4000, child: AccountPage())),
    );
    await tester.waitFor(find.textContaining('You log in with $email until'));
    await tester.waitFor(find.text('This device'));
    await tester.waitFor(find.text('You created your account'));
  });

  networkTest('where no mail is sent, it is not offered', (tester) async {
    final silent = await tester.real(
      () => Doorstep.start({'DOORSTEP_SERVER_MODE': 'production'}),
    );
    addTearDown(silent.stop);
    final client = clientOf(tester, silent.url);
    final customer = await tester.real(() => signUp(client, freshEmail()));
    await tester.pumpWidget(appOf(client, EmailSection(customer: customer)));
    await tester.real(client.policy);
    await tester.pump();
    expect(find.byType(EmailChangeForm), findsNothing);
  });
}
