// The offset from UTC that time zones have by their rule of today. Earlier rules of a zone are not
// kept: `getHours("Europe/Moscow")` of a time in 2012 is answered as if today's rule held then.
// Source: the IANA time zone database, 2025.

import { daysSinceEpoch } from '../time.js';

/**
 * A rule a line, then the zones that follow it by area. A rule is that of POSIX TZ without names:
 * hours west of UTC; where there is daylight saving its start and end, and behind `|` its hours
 * west if they are not one less.
 */
const ZONES = `
0 Africa/Abidjan,Accra,Bamako,Banjul,Bissau,Conakry,Dakar,Freetown,Lome,Monrovia,Nouakchott,
  Ouagadougou,Sao_Tome,Timbuktu America/Danmarkshavn Atlantic/Reykjavik,St_Helena Etc/GMT,GMT+0,
  GMT-0,GMT0,Greenwich,UCT,UTC,Universal,Zulu /GMT,GMT+0,GMT-0,GMT0,Greenwich,Iceland,UCT,UTC,
  Universal,Zulu
-3 Africa/Addis_Ababa,Asmara,Asmera,Dar_es_Salaam,Djibouti,Kampala,Mogadishu,Nairobi
  Antarctica/Syowa Asia/Aden,Amman,Baghdad,Bahrain,Damascus,Istanbul,Kuwait,Qatar,Riyadh
  Etc/GMT-3 Europe/Istanbul,Kirov,Minsk,Moscow,Simferopol,Volgograd Indian/Antananarivo,Comoro,
  Mayotte /Turkey,W-SU
-1 Africa/Algiers,Bangui,Brazzaville,Casablanca,Douala,El_Aaiun,Kinshasa,Lagos,Libreville,
  Luanda,Malabo,Ndjamena,Niamey,Porto-Novo,Tunis Etc/GMT-1
-2 Africa/Blantyre,Bujumbura,Gaborone,Harare,Johannesburg,Juba,Khartoum,Kigali,Lubumbashi,
  Lusaka,Maputo,Maseru,Mbabane,Tripoli,Windhoek Etc/GMT-2 Europe/Kaliningrad /Libya
-2,M4.5.5/0,M10.5.4/24 Africa/Cairo /Egypt
-1,M3.5.0,M10.5.0/3 Africa/Ceuta Arctic/Longyearbyen Atlantic/Jan_Mayen /CET,MET,Poland
  Europe/Amsterdam,Andorra,Belgrade,Berlin,Bratislava,Brussels,Budapest,Busingen,Copenhagen,
  Gibraltar,Ljubljana,Luxembourg,Madrid,Malta,Monaco,Oslo,Paris,Podgorica,Prague,Rome,San_Marino,
  Sarajevo,Skopje,Stockholm,Tirane,Vaduz,Vatican,Vienna,Warsaw,Zagreb,Zurich
10,M3.2.0,M11.1.0 America/Adak,Atka US/Aleutian
9,M3.2.0,M11.1.0 America/Anchorage,Juneau,Metlakatla,Nome,Sitka,Yakutat US/Alaska
4 America/Anguilla,Antigua,Aruba,Barbados,Blanc-Sablon,Boa_Vista,Campo_Grande,Caracas,Cuiaba,
  Curacao,Dominica,Grenada,Guadeloupe,Guyana,Kralendijk,La_Paz,Lower_Princes,Manaus,Marigot,
  Martinique,Montserrat,Port_of_Spain,Porto_Velho,Puerto_Rico,Santo_Domingo,St_Barthelemy,
  St_Kitts,St_Lucia,St_Thomas,St_Vincent,Tortola,Virgin Brazil/West Etc/GMT+4
3 America/Araguaina,Asuncion,Bahia,Belem,Buenos_Aires,Catamarca,Cayenne,Cordoba,Coyhaique,
  Fortaleza,Jujuy,Maceio,Mendoza,Montevideo,Paramaribo,Punta_Arenas,Recife,Rosario,Santarem,
  Sao_Paulo America/Argentina/Buenos_Aires,Catamarca,ComodRivadavia,Cordoba,Jujuy,La_Rioja,
  Mendoza,Rio_Gallegos,Salta,San_Juan,San_Luis,Tucuman,Ushuaia Antarctica/Palmer,Rothera
  Atlantic/Stanley Brazil/East Etc/GMT+3
5 America/Atikokan,Bogota,Cancun,Cayman,Coral_Harbour,Eirunepe,Guayaquil,Jamaica,Lima,Panama,
  Porto_Acre,Rio_Branco Brazil/Acre /EST,Jamaica Etc/GMT+5
6 America/Bahia_Banderas,Belize,Chihuahua,Costa_Rica,El_Salvador,Guatemala,Managua,Merida,
  Mexico_City,Monterrey,Regina,Swift_Current,Tegucigalpa Canada/Saskatchewan Etc/GMT+6
  Mexico/General Pacific/Galapagos
7,M3.2.0,M11.1.0 America/Boise,Cambridge_Bay,Ciudad_Juarez,Denver,Edmonton,Inuvik,Shiprock,
  Yellowknife Canada/Mountain /MST7MDT,Navajo US/Mountain
6,M3.2.0,M11.1.0 America/Chicago,Knox_IN,Matamoros,Menominee,Ojinaga,Rainy_River,Rankin_Inlet,
  Resolute,Winnipeg America/Indiana/Knox,Tell_City America/North_Dakota/Beulah,Center,New_Salem
  /CST6CDT Canada/Central US/Central,Indiana-Starke
7 America/Creston,Dawson,Dawson_Creek,Fort_Nelson,Hermosillo,Mazatlan,Phoenix,Whitehorse
  Canada/Yukon Etc/GMT+7 /MST Mexico/BajaSur US/Arizona
5,M3.2.0,M11.1.0 America/Detroit,Fort_Wayne,Grand_Turk,Indianapolis,Iqaluit,Louisville,Montreal,
  Nassau,New_York,Nipigon,Pangnirtung,Port-au-Prince,Thunder_Bay,Toronto
  America/Indiana/Indianapolis,Marengo,Petersburg,Vevay,Vincennes,Winamac
  America/Kentucky/Louisville,Monticello Canada/Eastern /EST5EDT US/East-Indiana,Eastern,Michigan
8,M3.2.0,M11.1.0 America/Ensenada,Los_Angeles,Santa_Isabel,Tijuana,Vancouver Canada/Pacific
  Mexico/BajaNorte /PST8PDT US/Pacific
4,M3.2.0,M11.1.0 America/Glace_Bay,Goose_Bay,Halifax,Moncton,Thule Atlantic/Bermuda
  Canada/Atlantic
2,M3.5.0/-1,M10.5.0/0 America/Godthab,Nuuk,Scoresbysund
5,M3.2.0/0,M11.1.0/1 America/Havana /Cuba
3,M3.2.0,M11.1.0 America/Miquelon
2 America/Noronha Atlantic/South_Georgia Brazil/DeNoronha Etc/GMT+2
4,M9.1.6/24,M4.1.6/24 America/Santiago Chile/Continental
3:30,M3.2.0,M11.1.0 America/St_Johns Canada/Newfoundland
-8 Antarctica/Casey Asia/Brunei,Choibalsan,Chongqing,Chungking,Harbin,Hong_Kong,Irkutsk,
  Kuala_Lumpur,Kuching,Macao,Macau,Makassar,Manila,Shanghai,Singapore,Taipei,Ujung_Pandang,
  Ulaanbaatar,Ulan_Bator Australia/Perth,West Etc/GMT-8 /Hongkong,PRC,ROC,Singapore
-7 Antarctica/Davis Asia/Bangkok,Barnaul,Ho_Chi_Minh,Hovd,Jakarta,Krasnoyarsk,Novokuznetsk,
  Novosibirsk,Phnom_Penh,Pontianak,Saigon,Tomsk,Vientiane Etc/GMT-7 Indian/Christmas
-10 Antarctica/DumontDUrville Asia/Ust-Nera,Vladivostok Australia/Brisbane,Lindeman,Queensland
  Etc/GMT-10 Pacific/Chuuk,Guam,Port_Moresby,Saipan,Truk,Yap
-10,M10.1.0,M4.1.0/3 Antarctica/Macquarie Australia/ACT,Canberra,Currie,Hobart,Melbourne,NSW,
  Sydney,Tasmania,Victoria
-5 Antarctica/Mawson,Vostok Asia/Almaty,Aqtau,Aqtobe,Ashgabat,Ashkhabad,Atyrau,Dushanbe,Karachi,
  Oral,Qostanay,Qyzylorda,Samarkand,Tashkent,Yekaterinburg Etc/GMT-5 Indian/Kerguelen,Maldives
-12,M9.5.0,M4.1.0/3 Antarctica/McMurdo,South_Pole /NZ Pacific/Auckland
0,M3.5.0/1,M10.5.0/3|-2 Antarctica/Troll
-12 Asia/Anadyr,Kamchatka Etc/GMT-12 /Kwajalein Pacific/Fiji,Funafuti,Kwajalein,Majuro,Nauru,
  Tarawa,Wake,Wallis
-4 Asia/Baku,Dubai,Muscat,Tbilisi,Yerevan Etc/GMT-4 Europe/Astrakhan,Samara,Saratov,Ulyanovsk
  Indian/Mahe,Mauritius,Reunion
-2,M3.5.0/0,M10.5.0/0 Asia/Beirut
-6 Asia/Bishkek,Dacca,Dhaka,Kashgar,Omsk,Thimbu,Thimphu,Urumqi Etc/GMT-6 Indian/Chagos
-5:30 Asia/Calcutta,Colombo,Kolkata
-9 Asia/Chita,Dili,Jayapura,Khandyga,Pyongyang,Seoul,Tokyo,Yakutsk Etc/GMT-9 /Japan,ROK
  Pacific/Palau
-2,M3.5.0/3,M10.5.0/4 Asia/Famagusta,Nicosia /EET Europe/Athens,Bucharest,Helsinki,Kiev,Kyiv,
  Mariehamn,Nicosia,Riga,Sofia,Tallinn,Uzhgorod,Vilnius,Zaporozhye
-2,M3.4.4/50,M10.4.4/50 Asia/Gaza,Hebron
-2,M3.4.4/26,M10.5.0 Asia/Jerusalem,Tel_Aviv /Israel
-4:30 Asia/Kabul
-5:45 Asia/Kathmandu,Katmandu
-11 Asia/Magadan,Sakhalin,Srednekolymsk Etc/GMT-11 Pacific/Bougainville,Efate,Guadalcanal,
  Kosrae,Noumea,Pohnpei,Ponape
-6:30 Asia/Rangoon,Yangon Indian/Cocos
-3:30 Asia/Tehran /Iran
1,M3.5.0/0,M10.5.0/1 Atlantic/Azores
0,M3.5.0/1,M10.5.0 Atlantic/Canary,Faeroe,Faroe,Madeira Europe/Belfast,Guernsey,Isle_of_Man,
  Jersey,Lisbon,London /GB,GB-Eire,Portugal,WET
1 Atlantic/Cape_Verde Etc/GMT+1
-9:30,M10.1.0,M4.1.0/3 Australia/Adelaide,Broken_Hill,South,Yancowinna
-9:30 Australia/Darwin,North
-8:45 Australia/Eucla
-10:30,M10.1.0,M4.1.0|-11 Australia/LHI,Lord_Howe
6,M9.1.6/22,M4.1.6/22 Chile/EasterIsland Pacific/Easter
-1,M10.5.0,M3.5.0/1|0 /Eire Europe/Dublin
10 Etc/GMT+10 /HST Pacific/Honolulu,Johnston,Rarotonga,Tahiti US/Hawaii
11 Etc/GMT+11 Pacific/Midway,Niue,Pago_Pago,Samoa US/Samoa
12 Etc/GMT+12
8 Etc/GMT+8 Pacific/Pitcairn
9 Etc/GMT+9 Pacific/Gambier
-13 Etc/GMT-13 Pacific/Apia,Enderbury,Fakaofo,Kanton,Tongatapu
-14 Etc/GMT-14 Pacific/Kiritimati
-2,M3.5.0,M10.5.0/3 Europe/Chisinau,Tiraspol
-12:45,M9.5.0/2:45,M4.1.0/3:45 /NZ-CHAT Pacific/Chatham
9:30 Pacific/Marquesas
-11,M10.1.0,M4.1.0/3 Pacific/Norfolk
`;

/** A day of a year such as "the last Sunday of March", and the second of that day. */
interface Switch {
  month: number;
  /** 1 to 4, or 5 for the last. */
  week: number;
  weekday: number;
  second: number;
}

interface ZoneRule {
  standardSeconds: number;
  savingSeconds: number;
  start?: Switch;
  end?: Switch;
}

let zoneRules: Map<string, ZoneRule> | undefined;

/**
 * Seconds that a zone is ahead of UTC at a time in seconds since 1970; undefined for an unknown
 * one.
 */
export function zoneOffset(name: string, seconds: number, year: number): number | undefined {
  zoneRules ??= readZones();
  const rule = zoneRules.get(name);
  if (rule === undefined) return undefined;
  const { standardSeconds, savingSeconds, start, end } = rule;
  if (start === undefined || end === undefined) return standardSeconds;
  const from = switchTime(start, year) - standardSeconds;
  const until = switchTime(end, year) - savingSeconds;
  const isSaving =
    from < until ? seconds >= from && seconds < until : seconds >= from || seconds < until;
  return isSaving ? savingSeconds : standardSeconds;
}

function readZones(): Map<string, ZoneRule> {
  const rules = new Map<string, ZoneRule>();
  for (const line of ZONES.trim().split(/\n(?! )/)) {
    const [text, ...areas] = line.replace(/,\s+/g, ',').split(/\s+/);
    const rule = readRule(text!);
    for (const area of areas) {
      const slash = area.lastIndexOf('/', area.indexOf(',') < 0 ? area.length : area.indexOf(','));
      const prefix = slash === 0 ? '' : area.slice(0, slash + 1);
      for (const city of area.slice(slash + 1).split(',')) rules.set(prefix + city, rule);
    }
  }
  return rules;
}

function readRule(text: string): ZoneRule {
  const [rule, saving] = text.split('|');
  const [standard, start, end] = rule!.split(',');
  const standardSeconds = -clockSeconds(standard!);
  const savingSeconds = saving === undefined ? standardSeconds + 3600 : -clockSeconds(saving);
  if (start === undefined || end === undefined) return { standardSeconds, savingSeconds };
  return { standardSeconds, savingSeconds, start: readSwitch(start), end: readSwitch(end) };
}

function readSwitch(text: string): Switch {
  const [day, time] = text.split('/');
  const [month, week, weekday] = day!.slice(1).split('.').map(Number) as [number, number, number];
  return { month, week, weekday, second: time === undefined ? 7200 : clockSeconds(time) };
}

function clockSeconds(text: string): number {
  const [hours, minutes] = text.split(':');
  const seconds = Math.abs(Number(hours)) * 3600 + Number(minutes ?? 0) * 60;
  return text.startsWith('-') ? -seconds : seconds;
}

/** Seconds since 1970 of a switch in a year, as if the local clock were UTC. */
function switchTime({ month, week, weekday, second }: Switch, year: number): number {
  const first = daysSinceEpoch(year, month, 1);
  let day = first + ((weekday - weekdayOf(first) + 7) % 7) + (week - 1) * 7;
  const next = month === 12 ? daysSinceEpoch(year + 1, 1, 1) : daysSinceEpoch(year, month + 1, 1);
  while (day >= next) day -= 7;
  return day * 86_400 + second;
}

/** The weekday of a day counted from 1970; 0 is Sunday. */
export function weekdayOf(days: number): number {
  return (((days + 4) % 7) + 7) % 7;
}
