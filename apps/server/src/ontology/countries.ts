/** Countries by code or by name in a dozen languages, as FollowTheMoney's lower-case codes. */
import { countryNames } from './ftmModel.ts';

const alpha3 =
  'abw:aw afg:af ago:ao aia:ai ala:ax alb:al and:ad are:ae arg:ar arm:am asm:as ata:aq atf:tf atg:ag aus:au aut:at aze:az bdi:bi bel:be ben:bj bes:bq bfa:bf bgd:bd bgr:bg bhr:bh bhs:bs bih:ba blm:bl blr:by blz:bz bmu:bm bol:bo bra:br brb:bb brn:bn btn:bt bvt:bv bwa:bw caf:cf can:ca cck:cc che:ch chl:cl chn:cn civ:ci cmr:cm cod:cd cog:cg cok:ck col:co com:km cpv:cv cri:cr cub:cu cuw:cw cxr:cx cym:ky cyp:cy cze:cz deu:de dji:dj dma:dm dnk:dk dom:do dza:dz ecu:ec egy:eg eri:er esh:eh esp:es est:ee eth:et fin:fi fji:fj flk:fk fra:fr fro:fo fsm:fm gab:ga gbr:gb geo:ge ggy:gg gha:gh gib:gi gin:gn glp:gp gmb:gm gnb:gw gnq:gq grc:gr grd:gd grl:gl gtm:gt guf:gf gum:gu guy:gy hkg:hk hmd:hm hnd:hn hrv:hr hti:ht hun:hu idn:id imn:im ind:in iot:io irl:ie irn:ir irq:iq isl:is isr:il ita:it jam:jm jey:je jor:jo jpn:jp kaz:kz ken:ke kgz:kg khm:kh kir:ki kna:kn kor:kr kwt:kw lao:la lbn:lb lbr:lr lby:ly lca:lc lie:li lka:lk lso:ls ltu:lt lux:lu lva:lv mac:mo maf:mf mar:ma mco:mc mda:md mdg:mg mdv:mv mex:mx mhl:mh mkd:mk mli:ml mlt:mt mmr:mm mne:me mng:mn mnp:mp moz:mz mrt:mr msr:ms mtq:mq mus:mu mwi:mw mys:my myt:yt nam:na ncl:nc ner:ne nfk:nf nga:ng nic:ni niu:nu nld:nl nor:no npl:np nru:nr nzl:nz omn:om pak:pk pan:pa pcn:pn per:pe phl:ph plw:pw png:pg pol:pl pri:pr prk:kp prt:pt pry:py pse:ps pyf:pf qat:qa reu:re rou:ro rus:ru rwa:rw sau:sa sdn:sd sen:sn sgp:sg sgs:gs shn:sh sjm:sj slb:sb sle:sl slv:sv smr:sm som:so spm:pm srb:rs ssd:ss stp:st sur:sr svk:sk svn:si swe:se swz:sz sxm:sx syc:sc syr:sy tca:tc tcd:td tgo:tg tha:th tjk:tj tkl:tk tkm:tm tls:tl ton:to tto:tt tun:tn tur:tr tuv:tv twn:tw tza:tz uga:ug ukr:ua umi:um ury:uy usa:us uzb:uz vat:va vct:vc ven:ve vgb:vg vir:vi vnm:vn vut:vu wlf:wf wsm:ws xkx:xk yem:ye zaf:za zmb:zm zwe:zw';

/** Names that the locale data lacks. */
const spoken: Record<string, string> = {
  usa: 'us',
  'united states of america': 'us',
  'u s a': 'us',
  uk: 'gb',
  'great britain': 'gb',
  großbritannien: 'gb',
  england: 'gb-eng',
  scotland: 'gb-sct',
  wales: 'gb-wls',
  'northern ireland': 'gb-nir',
  holland: 'nl',
  'russian federation': 'ru',
  'czech republic': 'cz',
  'south korea': 'kr',
  'north korea': 'kp',
  'republic of korea': 'kr',
  'democratic people s republic of korea': 'kp',
  'iran islamic republic of': 'ir',
  'islamic republic of iran': 'ir',
  'viet nam': 'vn',
  'syrian arab republic': 'sy',
  'republic of moldova': 'md',
  'united republic of tanzania': 'tz',
  'ivory coast': 'ci',
  burma: 'mm',
  macedonia: 'mk',
  swaziland: 'sz',
  'cape verde': 'cv',
  'east timor': 'tl',
  turkey: 'tr',
  'vatican city': 'va',
  'peoples republic of china': 'cn',
  'people s republic of china': 'cn',
  'hong kong': 'hk',
  macau: 'mo',
  uae: 'ae',
  'british virgin islands': 'vg',
  bvi: 'vg',
};
const locales = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'pl', 'ru', 'uk', 'tr', 'ar', 'zh', 'sv'];

const fold = (text: string) =>
  text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

let codesByName: Map<string, string> | undefined;

/** Built on first use: 14 locales of 250 names take about 40 ms. */
function buildNames(): Map<string, string> {
  const names = new Map<string, string>();
  for (const locale of locales) {
    const display = new Intl.DisplayNames([locale], { type: 'region', fallback: 'none' });
    for (const pair of alpha3.split(' ')) {
      const code = pair.slice(4);
      const name = display.of(code.toUpperCase());
      if (name && !names.has(fold(name))) names.set(fold(name), code);
    }
  }
  for (const [code, name] of Object.entries(countryNames)) names.set(fold(name), code);
  for (const pair of alpha3.split(' ')) names.set(pair.slice(0, 3), pair.slice(4));
  for (const [name, code] of Object.entries(spoken)) names.set(name, code);
  return names;
}

const known = new Map<string, string | null>();

/** The code of a country given by code or name, or undefined when it is none that we know. */
export function countryCode(text: string): string | undefined {
  const cached = known.get(text);
  if (cached !== undefined) return cached ?? undefined;
  const lower = text.trim().toLowerCase();
  let code: string | undefined = lower in countryNames ? lower : undefined;
  if (code === undefined && lower.length > 2 && lower.length <= 100) {
    codesByName ??= buildNames();
    code = codesByName.get(fold(lower));
  }
  if (known.size < 10_000) known.set(text, code ?? null);
  return code;
}
