/// Customer accounts for a shop's own app, against a Doorstep server.
///
/// Make one [DoorstepClient], call [DoorstepClient.restore] at the start, and
/// follow [DoorstepClient.session].
library;

export 'src/account.dart' show Addresses, Devices, Profile;
export 'src/client.dart' show DoorstepClient;
export 'src/diagnose/finding.dart' show Finding;
export 'src/error.dart'
    show ClientErrorCode, DoorstepError, FieldError, UnavailableReason;
export 'src/generated/codes.dart' show ErrorCode, FieldErrorCode;
export 'src/models.dart';
export 'src/result.dart';
export 'src/session_state.dart';
export 'src/storage.dart' show MemoryStorage, SessionStorage;
