import 'package:flutter/material.dart';

import '../l10n/localizations.dart';
import '../l10n/texts.dart';
import 'account_form.dart';
import 'style.dart';

/// One field of a form, with its label, its hint and why it was refused.
class AccountField extends StatefulWidget {
  /// Binds to the field [name] of [form].
  const AccountField({
    required this.form,
    required this.name,
    required this.label,
    this.helper,
    this.hints = const [],
    this.keyboard = TextInputType.text,
    this.capitalization = TextCapitalization.none,
    this.isSecret = false,
    this.isLeftToRight = false,
    this.isReadOnly = false,
    super.key,
  });

  /// The customer's name.
  AccountField.name(AccountForm<Object?> form, String name, {Key? key})
    : this(
        form: form,
        name: name,
        label: _nameLabel,
        hints: const [AutofillHints.name],
        keyboard: TextInputType.name,
        capitalization: TextCapitalization.words,
        key: key,
      );

  /// The customer's e-mail address, which is the user name as well.
  AccountField.email(
    AccountForm<Object?> form, {
    bool isReadOnly = false,
    Key? key,
  }) : this(
         form: form,
         name: 'email',
         label: _emailLabel,
         hints: const [AutofillHints.username, AutofillHints.email],
         keyboard: TextInputType.emailAddress,
         isLeftToRight: true,
         isReadOnly: isReadOnly,
         key: key,
       );

  /// The code that a mail brought; phones offer what they find in it.
  AccountField.code(AccountForm<Object?> form, {Key? key})
    : this(
        form: form,
        name: 'code',
        label: _codeLabel,
        hints: const [AutofillHints.oneTimeCode],
        keyboard: TextInputType.number,
        isLeftToRight: true,
        key: key,
      );

  /// A password that exists.
  AccountField.password(
    AccountForm<Object?> form,
    String name, {
    String Function(DoorstepTexts texts) label = _passwordLabel,
    Key? key,
  }) : this(
         form: form,
         name: name,
         label: label,
         hints: const [AutofillHints.password],
         keyboard: TextInputType.visiblePassword,
         isSecret: true,
         isLeftToRight: true,
         key: key,
       );

  /// A password that is being thought up.
  AccountField.newPassword(
    AccountForm<Object?> form,
    String name, {
    required int minLength,
    String Function(DoorstepTexts texts) label = _passwordLabel,
    Key? key,
  }) : this(
         form: form,
         name: name,
         label: label,
         helper: (texts) => texts.passwordHint(minLength),
         hints: const [AutofillHints.newPassword],
         keyboard: TextInputType.visiblePassword,
         isSecret: true,
         isLeftToRight: true,
         key: key,
       );

  /// What the field belongs to.
  final AccountForm<Object?> form;

  /// The field's name, as the server knows it.
  final String name;

  /// What stands on it.
  final String Function(DoorstepTexts texts) label;

  /// A hint below it.
  final String Function(DoorstepTexts texts)? helper;

  /// For password managers.
  final List<String> hints;

  /// Which keyboard a phone shows.
  final TextInputType keyboard;

  /// Which letters a phone capitalizes.
  final TextCapitalization capitalization;

  /// A password, shown only on demand.
  final bool isSecret;

  /// Addresses, passwords and numbers read from left to right in all languages.
  final bool isLeftToRight;

  /// Shown, and known to password managers, but settled.
  final bool isReadOnly;

  static String _nameLabel(DoorstepTexts texts) => texts.name;
  static String _emailLabel(DoorstepTexts texts) => texts.email;
  static String _codeLabel(DoorstepTexts texts) => texts.code;
  static String _passwordLabel(DoorstepTexts texts) => texts.password;

  @override
  State<AccountField> createState() => _AccountFieldState();
}

class _AccountFieldState extends State<AccountField> {
  bool _isShown = false;

  @override
  Widget build(BuildContext context) {
    final AccountField(:form, :name, :isSecret, :isLeftToRight) = widget;
    final texts = DoorstepLocalizations.of(context);
    final isMirrored =
        isLeftToRight && Directionality.of(context) == TextDirection.rtl;
    return TextField(
      controller: form.controller(name),
      focusNode: form.focus(name),
      readOnly: widget.isReadOnly,
      autofillHints: widget.hints,
      keyboardType: widget.keyboard,
      textCapitalization: widget.capitalization,
      textInputAction: form.isLast(name)
          ? TextInputAction.done
          : TextInputAction.next,
      onSubmitted: form.isLast(name) ? (_) => form.submit() : null,
      obscureText: isSecret && !_isShown,
      autocorrect: false,
      enableSuggestions: !isSecret,
      textDirection: isLeftToRight ? TextDirection.ltr : null,
      textAlign: isMirrored ? TextAlign.right : TextAlign.start,
      decoration: InputDecoration(
        labelText: widget.label(texts),
        helperText: widget.helper?.call(texts),
        helperMaxLines: 4,
        errorText: form.errorFor(name),
        errorMaxLines: 6,
        border:
            Theme.of(context).inputDecorationTheme.border ??
            const OutlineInputBorder(),
        suffixIcon: isSecret ? _toggle(texts) : null,
      ),
    );
  }

  Widget _toggle(DoorstepTexts texts) => Padding(
    padding: const EdgeInsetsDirectional.only(end: 4),
    child: TextButton(
      style: buttonStyle,
      onPressed: () => setState(() => _isShown = !_isShown),
      child: Text(
        _isShown ? texts.hide : texts.show,
        semanticsLabel: _isShown ? texts.hidePassword : texts.showPassword,
      ),
    ),
  );
}
