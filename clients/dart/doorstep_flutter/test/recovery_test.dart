import 'package:doorstep_flutter/doorstep_flutter.dart';
import 'package:flutter/material.dart';
import 'package:flutter_test/flutter_test.dart';

import 'support/app.dart';

const newPassword = 'two kettles in the rain';

void main() {
  useRealNetwork();
  late Doorstep server;
  setUpAll(() async => server = await Doorstep.start());
  tearDownAll(() => server.stop());

  Future<String> customer(WidgetTester tester) async {
    final email = freshEmail();
    await tester.real(() => signUp(clientOf(tester, server.url), email));
    return email;
  }

  networkTest('a forgotten password is replaced by the code of a mail', (
    tester,
  ) async {
    final email = await customer(tester);
    final client = clientOf(tester, server.url);
    String? recovered;
    await tester.pumpWidget(
      appOf(client, RecoveryForm(onSuccess: (email) => recovered = email)),
    );
    await tester.type('E-mail', ' $email');
    await tester.click('Send me a code');
    await tester.waitFor(find.textContaining('If this address has an account'));
    expect(tester.focused, 'Code from the mail');
    final mail = await tester.real(() => server.mailTo(email));

    await tester.click('Save password');
    await tester.waitFor(find.text('This field is required'));
    await tester.type('Code from the mail', otherThan(mail.code));
    await tester.type('New password', newPassword);
    await tester.click('Save password');
    await tester.waitFor(find.textContaining('Tries left: 4'));
    expect(tester.focused, 'Code from the mail');

    await tester.type('Code from the mail', mail.code);
    await tester.type('New password', 'short');
    await tester.click('Save password');
    await tester.waitFor(find.textContaining('Use at least 8 characters'));
    expect(find.textContaining('Tries left'), findsNothing);
    expect(tester.focused, 'New password');
    expect(recovered, isNull);

    await tester.type('New password', newPassword);
    await tester.testTextInput.receiveAction(TextInputAction.done);
    await tester.waitUntil(() => recovered != null);
    expect(recovered, email);
    await tester.waitFor(
      find.text('Your password is changed. Log in with it.'),
    );
    final login = await tester.real(
      () => client.login(email: email, password: newPassword),
    );
    expect(login, isA<LoginOk>());
  });

  networkTest('another mail can be asked for when the time has come', (
    tester,
  ) async {
    final email = await customer(tester);
    await tester.pumpWidget(
      appOf(
        clientOf(tester, server.url),
        RecoveryForm(email: email, resendAfter: const Duration(seconds: 2)),
      ),
    );
    await tester.click('Send me a code');
    await tester.waitFor(find.text('Send another mail in 2 s'));
    final first = await tester.real(() => server.mailTo(email));
    await tester.click('Send another mail in 2 s');
    await tester.waitFor(find.text('Send another mail'));
    await tester.click('Send another mail');
    await tester.waitFor(find.text('Send another mail in 2 s'));
    final second = await tester.real(
      () => server.mailTo(email, after: first.number),
    );
    // The button of the countdown did nothing.
    expect(await tester.real(() => server.mailsTo(email)), 2);
    expect(second.code, isNot(first.code));
    await tester.type('Code from the mail', second.code);
    await tester.type('New password', newPassword);
    await tester.click('Save password');
    await tester.waitFor(find.textContaining('Your password is changed.'));
  });

  networkTest('the pause is a minute, and counted down', (tester) async {
    await tester.pumpWidget(
      appOf(
        clientOf(tester, server.url),
        RecoveryForm(email: await customer(tester)),
      ),
    );
    await tester.click('Send me a code');
    await tester.waitFor(find.text('Send another mail in 60 s'));
    await tester.waitFor(find.textContaining('Send another mail in 5'));
  });

  networkTest('where the code is spent, nobody waits for another', (
    tester,
  ) async {
    final email = await customer(tester);
    await tester.pumpWidget(
      appOf(clientOf(tester, server.url), RecoveryForm(email: email)),
    );
    await tester.click('Send me a code');
    await tester.waitFor(find.text('Code from the mail'));
    final mail = await tester.real(() => server.mailTo(email));
    await tester.type('Code from the mail', otherThan(mail.code));
    await tester.type('New password', newPassword);
    for (final left in [4, 3, 2, 1]) {
      await tester.click('Save password');
      await tester.waitFor(find.textContaining('Tries left: $left'));
    }
    await tester.click('Save password');
    await tester.waitFor(find.textContaining('is not good any more'));
    expect(find.textContaining('open the link in it'), findsOneWidget);
    await tester.click('Send another mail');
    await tester.real(() => server.mailTo(email, after: mail.number));
    await tester.waitFor(find.textContaining('Send another mail in'));
    expect(find.textContaining('is not good any more'), findsNothing);
    expect(find.textContaining('open the link in it'), findsNothing);
  });

  networkTest('a wrong address is refused, and another can be used', (
    tester,
  ) async {
    await tester.pumpWidget(
      appOf(clientOf(tester, server.url), const RecoveryForm()),
    );
    await tester.type('E-mail', 'grace');
    await tester.testTextInput.receiveAction(TextInputAction.done);
    await tester.waitFor(find.textContaining('like name@example.com'));
    await tester.type('E-mail', 'grace@example.com');
    await tester.click('Send me a code');
    await tester.waitFor(find.text('Code from the mail'));
    final email = find.widgetWithText(TextField, 'E-mail');
    expect(tester.widget<TextField>(email).readOnly, isTrue);
    await tester.type('Code from the mail', '12345678');
    await tester.click('Use another address');
    expect(find.text('Code from the mail'), findsNothing);
    await tester.type('E-mail', 'darling@example.com');
    await tester.click('Send me a code');
    await tester.waitFor(find.text('Code from the mail'));
    final code = find.widgetWithText(TextField, 'Code from the mail');
    expect(tester.widget<TextField>(code).controller!.text, isEmpty);
    expect(find.text('Send another mail in 60 s'), findsOneWidget);
  });

  networkTest('password managers and phones are told what each field is', (
    tester,
  ) async {
    final email = await customer(tester);
    await tester.pumpWidget(
      appOf(clientOf(tester, server.url), RecoveryForm(email: email)),
    );
    bool isSaved() => tester.testTextInput.log
        .map((call) => call.method)
        .contains('TextInput.finishAutofillContext');
    await tester.click('Send me a code');
    await tester.waitFor(find.text('Code from the mail'));
    final fields = tester.widgetList<TextField>(find.byType(TextField));
    expect(fields.map((field) => field.autofillHints!.first), [
      AutofillHints.username,
      AutofillHints.oneTimeCode,
      AutofillHints.newPassword,
    ]);
    expect(isSaved(), isFalse);
    final mail = await tester.real(() => server.mailTo(email));
    await tester.type('Code from the mail', mail.code);
    await tester.type('New password', newPassword);
    await tester.click('Save password');
    await tester.waitFor(find.textContaining('Your password is changed.'));
    expect(isSaved(), isTrue);
  });

  networkTest('the builder of the guide has the same steps', (tester) async {
    final email = await customer(tester);
    String? recovered;
    await tester.pumpWidget(
      appOf(
        clientOf(tester, server.url),
        RecoveryBuilder(
          email: email,
          onSuccess: (context, email) => recovered = email,
          builder: (context, form) => Column(
            children: [
              if (form.asked == null)
                TextField(
                  controller: form.email,
                  decoration: InputDecoration(
                    errorText: form.errorFor('email'),
                  ),
                )
              else ...[
                TextField(
                  controller: form.code,
                  autofillHints: const [AutofillHints.oneTimeCode],
                  decoration: InputDecoration(errorText: form.errorFor('code')),
                ),
                TextField(
                  controller: form.newPassword,
                  obscureText: true,
                  decoration: InputDecoration(
                    errorText: form.errorFor('newPassword'),
                  ),
                ),
                ResendButton(form: form),
              ],
              if (form.formError case final error?) Text(error),
              FilledButton(
                onPressed: form.canSubmit ? form.submit : null,
                child: const Text('Go on'),
              ),
            ],
          ),
        ),
      ),
    );
    await tester.click('Go on');
    await tester.waitFor(find.byType(ResendButton));
    final mail = await tester.real(() => server.mailTo(email));
    await tester.enterText(find.byType(TextField).first, mail.code);
    await tester.enterText(find.byType(TextField).last, 'short');
    await tester.click('Go on');
    await tester.waitFor(find.textContaining('Use at least 8 characters'));
    await tester.enterText(find.byType(TextField).last, newPassword);
    await tester.click('Go on');
    await tester.waitUntil(() => recovered == email);
  });

  networkTest('Arabic is read from the right, the code from the left', (
    tester,
  ) async {
    final email = await customer(tester);
    await tester.pumpWidget(
      appOf(
        clientOf(tester, server.url),
        RecoveryForm(email: email),
        locale: const Locale('ar'),
      ),
    );
    await tester.click('أرسل لي رمزًا');
    await tester.waitFor(find.textContaining('إذا كان لهذا العنوان حساب'));
    final code = find.widgetWithText(TextField, 'الرمز من الرسالة');
    expect(Directionality.of(tester.element(code)), TextDirection.rtl);
    expect(tester.widget<TextField>(code).textDirection, TextDirection.ltr);
    final mail = await tester.real(() => server.mailTo(email));
    await tester.type('الرمز من الرسالة', otherThan(mail.code));
    await tester.type('كلمة المرور الجديدة', newPassword);
    await tester.click('احفظ كلمة المرور');
    await tester.waitFor(find.text('هذا الرمز غير صحيح. انظر في أحدث رسالة.'));
  });

  networkTest('the login form leads there, where mails are sent', (
    tester,
  ) async {
    String? forgetful;
    final client = clientOf(tester, server.url);
    await tester.pumpWidget(
      appOf(
        client,
        LoginForm(
          email: 'grace@example.com',
          onForgotPassword: (email) => forgetful = email,
        ),
      ),
    );
    expect(find.text('grace@example.com'), findsOneWidget);
    await tester.waitFor(find.text('Forgot your password?'));
    await tester.click('Forgot your password?');
    expect(forgetful, 'grace@example.com');
  });

  networkTest('where no mail is sent, nothing leads there', (tester) async {
    // Production without [mail] sends none.
    final silent = await tester.real(
      () => Doorstep.start({'DOORSTEP_SERVER_MODE': 'production'}),
    );
    addTearDown(silent.stop);
    final client = clientOf(tester, silent.url);
    await tester.pumpWidget(appOf(client, LoginForm(onForgotPassword: (_) {})));
    final policy = await tester.real(client.policy) as Ok<Policy>;
    expect(policy.value.mail, isFalse);
    await tester.pump();
    expect(find.text('Forgot your password?'), findsNothing);
  });
}

extension on WidgetTester {
  /// The label of the field that has the focus.
  String? get focused => widgetList<TextField>(find.byType(TextField))
      .where((field) => field.focusNode!.hasFocus)
      .firstOrNull
      ?.decoration!
      .labelText;
}
