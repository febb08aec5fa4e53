import 'dart:async';

import 'package:doorstep_client/doorstep_client.dart';
import 'package:flutter/material.dart';

import '../l10n/localizations.dart';
import 'account_form.dart';
import 'parts.dart';
import 'style.dart';

/// A form in two steps: it asks for a mail, then for the code that it brought.
/// The fields hold a `code`.
///
/// Its value is whether it is done: false as long as a mail was only asked for.
abstract class MailForm extends AccountForm<bool> {
  /// A form with [fields], of which those of the first step come first. With
  /// [asked] it begins with the second one.
  MailForm(
    DoorstepClient client,
    List<String> fields, {
    Map<String, String> initial = const {},
    this.resendAfter = const Duration(seconds: 60),
    MailAsked? asked,
  }) : _asked = asked,
       super(client, fields, initial) {
    if (asked != null) _wait();
  }

  /// How long after a mail the next one may be asked for.
  final Duration resendAfter;

  // A clock that goes on while the customer is in the mail app, where timers
  // stand still.
  final Stopwatch _sinceAsked = Stopwatch();
  Timer? _tick;
  bool _isAgain = false;

  /// The mail whose code is waited for; null in the first step.
  MailAsked? get asked => _asked;
  MailAsked? _asked;

  /// The server's word that the code was right; null until then.
  Confirmed? get confirmed => _confirmed;
  Confirmed? _confirmed;

  /// Whether the mail's code is good no more: another mail helps, or its link
  /// where too many codes were wrong.
  bool get isSpent => failure?.code == ErrorCode.challengeSpent;

  /// The seconds until another mail may be asked for.
  int get resendIn {
    if (!_sinceAsked.isRunning) return 0;
    final left = resendAfter - _sinceAsked.elapsed;
    return left.isNegative ? 0 : (left.inMilliseconds / 1000).ceil();
  }

  /// Whether [resend] would do something now.
  bool get canResend => _asked != null && canSubmit && resendIn == 0;

  /// Asks for a mail.
  @protected
  Future<Result<MailAsked>> ask();

  /// Sends the code, with the request of the mail that brought it.
  @protected
  Future<Result<Confirmed>> confirm(String request);

  /// Asks for another mail. Codes of earlier ones are good no more.
  Future<void> resend() async {
    if (!canResend) return;
    _isAgain = true;
    try {
      await submit();
    } finally {
      _isAgain = false;
    }
  }

  /// Goes back to the first step.
  void startOver() {
    if (!canSubmit) return;
    _asked = null;
    _confirmed = null;
    _stopWaiting();
    clearFailure();
    controller('code').clear();
    notifyListeners();
  }

  @override
  Future<Result<bool>> send() => switch (_asked) {
    final asked? when !_isAgain => _confirm(asked.request),
    _ => _ask(),
  };

  Future<Result<bool>> _ask() async {
    switch (await ask()) {
      case Ok(:final value):
        _asked = value;
        if (!isDisposed) _wait();
        return const Ok(false);
      case Failed(:final error):
        return Failed(error);
    }
  }

  Future<Result<bool>> _confirm(String request) async {
    switch (await confirm(request)) {
      case Ok(:final value):
        _confirmed = value;
        _stopWaiting();
        return const Ok(true);
      case Failed(:final error):
        // Only another mail helps: nobody should have to wait for it.
        if (error.code == ErrorCode.challengeSpent) _stopWaiting();
        return Failed(error);
    }
  }

  /// Ends the form by something else than its code.
  @protected
  void finish(Confirmed confirmed) {
    if (isDisposed || _confirmed != null) return;
    _confirmed = confirmed;
    _stopWaiting();
    clearFailure();
    notifyListeners();
    onResult?.call(const Ok(true));
  }

  /// The mail is good no more: nobody should have to wait for another.
  @protected
  void spend(DoorstepError error) {
    if (isDisposed || _confirmed != null) return;
    _stopWaiting();
    fail(error);
  }

  void _wait() {
    _sinceAsked
      ..reset()
      ..start();
    _tick ??= Timer.periodic(const Duration(seconds: 1), (_) {
      if (resendIn == 0) _stopWaiting();
      notifyListeners();
    });
  }

  void _stopWaiting() {
    _tick?.cancel();
    _tick = null;
    _sinceAsked.stop();
  }

  @override
  void dispose() {
    _stopWaiting();
    super.dispose();
  }
}

/// The second step of a form: what was said about the mail, [fields] and the
/// buttons.
class MailFormColumn extends StatelessWidget {
  /// [sent] is the kit's sentence about the mail.
  const MailFormColumn({
    required this.form,
    required this.sent,
    required this.fields,
    required this.button,
    this.actions = const [],
    super.key,
  });

  /// What the fields and the buttons belong to.
  final MailForm form;

  /// That a mail is on its way.
  final String sent;

  /// `AccountField`s.
  final List<Widget> fields;

  /// The text of the button.
  final String button;

  /// Further buttons, after the one that asks for another mail.
  final List<Widget> actions;

  @override
  Widget build(BuildContext context) => Column(
    crossAxisAlignment: CrossAxisAlignment.start,
    mainAxisSize: MainAxisSize.min,
    children: [
      if (form.asked case final asked?)
        // Another mail is told as well as the first.
        NoteText(
          form.words.note(asked.message, sent),
          key: ValueKey(asked.request),
        ),
      FormColumn(
        form: form,
        fields: fields,
        button: button,
        note: form.isSpent ? DoorstepLocalizations.of(context).openLink : null,
        actions: [
          ResendButton(form: form),
          ...actions,
        ],
      ),
    ],
  );
}

/// Asks for another mail, and counts down until it may.
class ResendButton extends StatelessWidget {
  /// For the second step of [form].
  const ResendButton({required this.form, super.key});

  /// What waits for a mail.
  final MailForm form;

  @override
  Widget build(BuildContext context) {
    final texts = DoorstepLocalizations.of(context);
    final seconds = form.resendIn;
    return TextButton(
      style: buttonStyle,
      onPressed: form.canResend ? form.resend : null,
      child: Text(
        seconds == 0 ? texts.sendAgain : texts.sendAgainIn(seconds),
        // A label that changes each second would be read out each second.
        semanticsLabel: texts.sendAgain,
      ),
    );
  }
}
