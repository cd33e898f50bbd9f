"""Why a case is served across the boundary, and why no more: codes as words."""

WHY = {
    "promise": "nobody at home could before its time",
    "call": "the call had waited, and nobody at home was free",
    "trust": "they trust each other",
    "language": "they share a language",
    "skill": "it needs what they know",
    "safety": "it is safer so",
}
ENDED = {
    "quiet": "the conversation rests",
    "resolved": "it is solved",
    "closed": "the case is over",
    "empty": "it was opened by mistake",
    "needs_nothing": "nothing needs an answer",
    "snoozed": "it was put aside",
    "waiting_third": "it waits on somebody outside",
    "home_answered": "somebody at home has answered",
    "guest_left": "the guest has left",
    "time": "its time was over",
    "by_hand": "it was ended by hand",
    "no_consent": "they agree no more",
    "erased": "the customer was erased",
}
KINDS = {"overflow": "overflow", "special_care": "special care"}
