import 'error.dart';
import 'generated/models.dart';

/// The outcome of a call: expected failures are values, never exceptions.
sealed class Result<T> {
  const Result();

  /// Why it failed; null when it did not.
  DoorstepError? get error;
}

/// The call did what it says.
final class Ok<T> extends Result<T> {
  /// Wraps what came back.
  const Ok(this.value);

  /// What the caller was after.
  final T value;

  @override
  DoorstepError? get error => null;
}

/// The call did not succeed.
final class Failed<T> extends Result<T> {
  /// Wraps the reason.
  const Failed(this.error);

  @override
  final DoorstepError error;
}

/// The outcome of a sign-up.
sealed class SignUpResult {
  const SignUpResult();

  /// Why it failed; null when it did not.
  DoorstepError? get error;
}

/// The account exists, and its owner is signed in.
final class SignUpOk extends SignUpResult {
  /// Wraps the new customer.
  const SignUpOk(this.customer);

  /// The new customer.
  final Customer customer;

  @override
  DoorstepError? get error => null;
}

/// Nobody is signed in: the server asks for a proof of the address first, by a
/// mail, and does not tell whether the address was free.
///
/// Hand [request] with the mail's code and the password, as `newPassword`, to
/// `confirmVerification`, then log in.
final class SignUpNeedsVerification extends SignUpResult {
  /// Wraps what the server said of the mail.
  const SignUpNeedsVerification({required this.message, required this.request});

  /// The server's sentence for the customer.
  final String message;

  /// Send it back with the mail's code, which is good only together with it.
  final String request;

  @override
  DoorstepError? get error => null;
}

/// The server decided against it: show [fields] beside the fields.
final class SignUpRejected extends SignUpResult {
  /// Wraps the server's refusal.
  const SignUpRejected(this.error);

  @override
  final DoorstepError error;

  /// What is wrong with each field.
  Map<String, FieldError> get fields => error.fields;
}

/// The server did not decide. Trying again is safe: it can never make a second
/// account, and never reports the customer's own as taken.
final class SignUpUnavailable extends SignUpResult {
  /// Wraps what stood in the way.
  const SignUpUnavailable(this.error);

  @override
  final DoorstepError error;

  /// What stood in the way.
  UnavailableReason get reason => error.reason ?? UnavailableReason.server;

  /// While developing: the likely cause and the line to change.
  String? get hint => error.hint;
}

/// The outcome of a login.
sealed class LoginResult {
  const LoginResult();

  /// Why it failed; null when it did not.
  DoorstepError? get error;
}

/// The customer is signed in.
final class LoginOk extends LoginResult {
  /// Wraps the customer.
  const LoginOk(this.customer);

  /// Who signed in.
  final Customer customer;

  @override
  DoorstepError? get error => null;
}

/// The server decided against it.
final class LoginRejected extends LoginResult {
  /// Wraps the server's refusal.
  const LoginRejected(this.error);

  @override
  final DoorstepError error;

  /// What is wrong with each field.
  Map<String, FieldError> get fields => error.fields;
}

/// The server did not decide; the same login can be tried again.
final class LoginUnavailable extends LoginResult {
  /// Wraps what stood in the way.
  const LoginUnavailable(this.error);

  @override
  final DoorstepError error;

  /// What stood in the way.
  UnavailableReason get reason => error.reason ?? UnavailableReason.server;

  /// While developing: the likely cause and the line to change.
  String? get hint => error.hint;
}
