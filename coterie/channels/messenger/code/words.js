// Every word of the interface, in one place; times in the reader's zone, as people say them.

const LOCALE = /^en\b/.test(navigator.language) ? navigator.language : "en-AU";
const CLOCK = new Intl.DateTimeFormat(LOCALE, { hour: "numeric", minute: "2-digit" });
const WEEKDAY = new Intl.DateTimeFormat(LOCALE, { weekday: "long" });
const SHORT_DAY = new Intl.DateTimeFormat(LOCALE, { weekday: "short", day: "numeric", month: "short" });
const LONG_DAY = new Intl.DateTimeFormat(LOCALE, { weekday: "long", day: "numeric", month: "long" });
const FULL_DAY = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "long", year: "numeric" });
const DAY_MS = 86_400_000;

// 2:40 pm, 6 pm
export function clock(at) {
  const text = CLOCK.format(at).replace(/[\u202f\u00a0]/g, " ");
  return text.replace(/(?::00)? ([ap]m)$/i, (part, half) => ` ${half.toLowerCase()}`);
}

// Whole days between now and then, on the reader's calendar: -1 is yesterday.
function daysTo(at, now = new Date()) {
  const midnight = (day) => new Date(day.getFullYear(), day.getMonth(), day.getDate());
  return Math.round((midnight(at) - midnight(now)) / DAY_MS);
}

export function isToday(at) {
  return daysTo(at) === 0;
}

export function day(at) {
  const days = daysTo(at);
  if (days === 0) return "Today";
  if (days === -1) return "Yesterday";
  if (days < 0 && days > -7) return WEEKDAY.format(at);
  return at.getFullYear() === new Date().getFullYear() ? LONG_DAY.format(at) : FULL_DAY.format(at);
}

// 2:40 pm; tomorrow, 8 am; Mon 30 Nov, 12 pm
export function moment(at) {
  const days = daysTo(at);
  if (days === 0) return clock(at);
  if (days === 1) return `tomorrow, ${clock(at)}`;
  return `${date(at)}, ${clock(at)}`;
}

// Mon 30 Nov
export function date(at) {
  return SHORT_DAY.format(at).replace(",", "");
}

export function lasting(seconds) {
  const minutes = Math.max(1, Math.round(seconds / 60));
  if (minutes < 60) return minutes === 1 ? "a minute" : `${minutes} min`;
  const hours = Math.round(minutes / 60);
  if (hours < 48) return hours === 1 ? "an hour" : `${hours} hours`;
  return `${Math.round(hours / 24)} days`;
}

export function size(bytes) {
  return bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

const count = (number) => number.toLocaleString(LOCALE);

export const words = {
  open: (site) => `Write to ${site}`,
  unread: (number) => (number === 1 ? "1 unread message" : `${number} unread messages`),
  close: "Close the messenger",
  more: "More",
  with: (community) => `You are with ${community}`,
  log: (community) => `Conversation with ${community}`,
  reconnecting: "Reconnecting. What you write is kept.",
  // Who has it: the first line is who, the second when they are there.
  team: (community) => `Your team in ${community}`,
  firstAnswer: (seconds) => `Answers within ${lasting(seconds)}`,
  backAt: (at) => `Back ${moment(at)}. Write now, we start with it`,
  line: "You are in line",
  lineTeam: (community) => `The next free expert in ${community} takes it`,
  has: (name) => `${name} has your case`,
  took: (name) => `${name} has your message`,
  covers: (name, owner) => `${name} answers for ${owner}`,
  guest: (name, community) => `${name} from ${community} answers meanwhile`,
  stillOwns: (owner) => `${owner} keeps your case`,
  watches: (name) => `${name} keeps an eye on it`,
  watchUntil: (at) => `Until ${date(at)}. Write, and it goes on`,
  hereUntil: (at) => `Here until ${moment(at)}`,
  here: "Here now",
  awayNow: "Away for a moment",
  back: (at) => `Back ${moment(at)}`,
  answerBy: "An answer by ",
  answerAbout: "In line: an answer by about ",
  late: "Later than we said. You are still in line, since ",
  lateAnswer: "Later than we said, and not forgotten. Due since ",
  promises: "What we promised",
  promised: (name) => `${name} promised: `,
  promiseLate: (name) => `Later than ${name} promised, and not forgotten: `,
  kept: (name) => `${name} kept: `,
  by: (when) => `by ${when}`,
  since: (when) => `due since ${when}`,
  today: "Today",
  fresh: "New",
  earlier: "Show earlier messages",
  emptyHead: "What can we do for you?",
  emptyText: (community) =>
    `Write it in your own words: what happens, since when, what you tried. Everything comes to your team in ${community}, and stays with them until it is solved.`,
  // The states of what the customer wrote.
  sending: "Sending",
  sent: (at) => `Sent ${clock(at)}`,
  delivered: (at) => `Delivered ${clock(at)}`,
  read: (at) => `${clock(at)}, read`,
  said: (name, at) => `${name}, ${clock(at)}`,
  otherChannel: { email: "by e-mail", sms: "by text message", voice: "by phone", forum: "in the forum", social: "in public" },
  noSignal: "Not sent, no signal. ",
  notSent: "Not sent yet. ",
  again: "Try again",
  remove: "Remove",
  you: "You",
  // The composer.
  writeTo: (name) => `Write to ${name}`,
  label: (community) => `Message to ${community}`,
  attach: "Add a photo or file",
  send: "Send",
  left: (number) => `${count(number)} characters left`,
  tooLong: (number) => `${count(number)} characters too many`,
  adding: (name) => `Adding ${name}`,
  empty: (name) => `${name} is empty.`,
  tooBig: (name, most) => `${name} is larger than ${size(most)}.`,
  wrongType: (name) => `${name} is a kind of file that we can't take. Photos, PDF, text and office files are fine.`,
  tooMany: (most) => `At most ${most} files in one message.`,
  noLine: "There is no connection. Try again in a moment.",
  removeFile: (name) => `Remove ${name}`,
  save: (name) => `Save ${name}`,
  fine: "Close this any time. Your conversation stays here.",
  fineProved: (address) => `Close this any time. You are here as ${address}`,
  writtenBefore: "Written to us before?",
  // Is it solved?
  solved: (name) => (name ? `Is it solved, ${name}?` : "Is it solved?"),
  yes: "Yes",
  notYet: "Not yet",
  easy: (name) => `${name} made it easy for me`,
  notAtAll: "Not at all",
  veryMuch: "Very much",
  tell: (name) => `Tell ${name}`,
  thanks: "Thank you. It is noted.",
  goesOn: "Thank you for saying so. It goes on here.",
  us: "us",
  // A survey, now and then.
  surveyName: "Two questions",
  recommend: "How likely would you recommend us to a friend?",
  notLikely: "Not at all likely",
  veryLikely: "Very likely",
  satisfied: (name) => `How satisfied are you with how ${name} handled it?`,
  noThanks: "Not now",
  chooseOne: "Choose a number for one of the two.",
  // Proof.
  proveHead: "Your earlier conversations",
  proveText: "We send a code to your e-mail address. Once you type it here, what you wrote before goes on here.",
  email: "Your e-mail address",
  sendCode: "Send the code",
  codeText: (address) => `If ${address} takes mail, a code is on its way. It is good for ten minutes.`,
  code: "The six digits",
  check: "That's it",
  otherAddress: "Another address",
  cancel: "Cancel",
  proved: (address) => `You are here as ${address}.`,
  history: "Show my earlier conversations",
  transcript: "Save the conversation",
  forget: "Forget me on this device",
  forgetSure: "Forget now? Only a code to your address brings the conversation back",
  filename: "conversation.txt",
};
