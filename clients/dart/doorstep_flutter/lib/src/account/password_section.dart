import 'package:doorstep_client/doorstep_client.dart';
import 'package:flutter/material.dart';

import '../forms/account_field.dart';
import '../forms/account_form.dart';
import '../l10n/localizations.dart';
import 'section.dart';
import 'section_form.dart';

/// The state of a form that changes the password.
class PasswordController extends AccountForm<void> {
  /// Empty fields.
  PasswordController(DoorstepClient client)
    : super(client, const ['currentPassword', 'newPassword']);

  @override
  Future<Result<void>> send() => client.changePassword(
    currentPassword: text('currentPassword'),
    newPassword: text('newPassword'),
  );
}

/// Changes the password, which logs out every other device.
class PasswordSection extends StatelessWidget {
  /// [passwordMinLength] is only for the hint.
  const PasswordSection({this.passwordMinLength = 8, super.key});

  /// What the server's configuration says.
  final int passwordMinLength;

  @override
  Widget build(BuildContext context) {
    final texts = DoorstepLocalizations.of(context);
    return AccountSection(
      title: texts.password,
      advice: texts.passwordAdvice,
      children: [
        SectionForm<PasswordController, void>(
          create: PasswordController.new,
          button: texts.changePassword,
          done: texts.passwordChanged,
          isSavedByPasswordManagers: true,
          onSuccess: (form, _) {
            form.controller('currentPassword').clear();
            form.controller('newPassword').clear();
          },
          fields: (form) => [
            AccountField.password(
              form,
              'currentPassword',
              label: (texts) => texts.currentPassword,
            ),
            AccountField.newPassword(
              form,
              'newPassword',
              minLength: passwordMinLength,
              label: (texts) => texts.newPassword,
            ),
          ],
        ),
      ],
    );
  }
}
