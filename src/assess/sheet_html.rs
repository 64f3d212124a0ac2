//! The score sheet as one HTML page that needs nothing else: print it or mail it. The plan of the storeys that the
//! trainee was on and the timeline of their decisions are drawn in it.

use super::judge::{Decision, Verdict};
use super::sheet::{Language, Sheet, basis_text, clock, place_text};
use crate::drill::TICK_S;
use crate::drill::picture::{Picture, Plan};
use crate::drill::recording::Recording;
use crate::scenario::Text;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Storeys drawn at most: those on which the trainee spent the most time.
const STOREYS: usize = 3;
/// Width of the drawings, in units of the page.
const WIDTH: f64 = 900.0;
/// Smoke in which one cannot see across a room any more is drawn darkest, 1/m.
const DARKEST_PER_M: f64 = 2.0;
/// A person stands on the storey whose floor lies this far above their feet at most, m.
const STEP_M: f64 = 0.3;

const STYLE: &str = "
body{font-family:'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',sans-serif;color:#111;background:#fff;
max-width:960px;margin:24px auto;padding:0 16px;font-size:18px;line-height:1.6}
h1{font-size:30px;margin:0 0 4px}h2{font-size:22px;border-bottom:2px solid #b3261e;padding-bottom:2px;margin:28px 0 10px}
.result{font-size:26px;font-weight:700}.card{border:1px solid #999;border-left:10px solid #777;border-radius:6px;
padding:8px 14px;margin:10px 0;break-inside:avoid}.right{border-left-color:#1b7f3b}.partly{border-left-color:#b26a00}
.wrong{border-left-color:#b3261e}.small{color:#444;font-size:15px}dt{font-weight:700;float:left;clear:left;width:6.5em}
dd{margin-left:6.5em}table{border-collapse:collapse}td,th{border:1px solid #999;padding:4px 10px;text-align:left}
svg{width:100%;height:auto}svg text{font-size:13px}@media print{body{margin:0;font-size:14px}}";

/// The page of a trainee. `index`: which trainee of the recording. A resident's has no doses and no percentages; a
/// recording without a plan gives a page without drawings.
pub fn html(sheet: &Sheet, recording: &Recording, index: usize, lang: Language, resident: bool) -> String {
    let mut page = Page {
        out: String::new(),
        lang,
    };
    page.head(sheet);
    page.summary(sheet, resident);
    let trail = Trail::of(recording, index);
    if let (Some(trail), Some(plan)) = (&trail, &recording.plan) {
        page.heading("经过", "Where and when");
        page.timeline(sheet, trail, recording.ticks as f64 * TICK_S);
        page.plans(sheet, trail, plan);
    }
    page.decisions(sheet);
    page.rest(sheet, resident);
    page.out.push_str("</body></html>\n");
    page.out
}

/// Where a trainee was, second by second.
struct Trail {
    /// Time, s; storey; east and north, m.
    steps: Vec<(f64, usize, f64, f64)>,
    /// The thickest smoke of each space, 1/m.
    smoke: BTreeMap<u32, f64>,
}

impl Trail {
    fn of(recording: &Recording, index: usize) -> Option<Self> {
        let plan = recording.plan.as_ref()?;
        let person = plan.trainees.get(index)?.1;
        let mut picture = Picture::default();
        let mut trail = Self {
            steps: Vec::new(),
            smoke: BTreeMap::new(),
        };
        for (tick, sample) in &recording.samples {
            picture.take(*tick, sample);
            for (space, air) in &picture.spaces {
                let most = trail.smoke.entry(*space).or_default();
                *most = most.max(air.upper_per_m);
            }
            let Some(seen) = picture.people.get(&person) else {
                continue;
            };
            let storey = plan
                .storeys
                .iter()
                .rposition(|(_, z)| *z <= seen.z + STEP_M)
                .unwrap_or(0);
            trail.steps.push((*tick as f64 * TICK_S, storey, seen.x, seen.y));
        }
        (!trail.steps.is_empty()).then_some(trail)
    }

    fn at(&self, time_s: f64) -> Option<&(f64, usize, f64, f64)> {
        let by_then = self.steps.partition_point(|s| s.0 <= time_s + 1e-6);
        self.steps.get(by_then.saturating_sub(1))
    }

    /// Storeys by time spent, the longest first; the trainee's way through a storey of less than 3 s is left out.
    fn storeys(&self) -> Vec<usize> {
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        for step in &self.steps {
            *counts.entry(step.1).or_default() += 1;
        }
        let mut order: Vec<(usize, usize)> = counts.into_iter().filter(|(_, n)| *n >= 3).collect();
        order.sort_by_key(|(storey, n)| (std::cmp::Reverse(*n), *storey));
        order.into_iter().take(STOREYS).map(|(storey, _)| storey).collect()
    }
}

/// Text that cannot be taken for markup.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

/// Name of the style, mark and colour of a verdict: never told by colour alone.
const fn mark(verdict: Verdict) -> (&'static str, &'static str, &'static str) {
    match verdict {
        Verdict::Right => ("right", "✓", "#1b7f3b"),
        Verdict::Partly => ("partly", "△", "#b26a00"),
        Verdict::Wrong => ("wrong", "✗", "#b3261e"),
    }
}

struct Page {
    out: String,
    lang: Language,
}

impl Page {
    fn pick<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        match self.lang {
            Language::Zh => zh,
            Language::En => en,
        }
    }

    fn text(&self, text: &Text) -> String {
        escaped(self.lang.of(text))
    }

    fn add(&mut self, markup: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.out.write_fmt(markup);
        self.out.push('\n');
    }

    fn heading(&mut self, zh: &str, en: &str) {
        let title = self.pick(zh, en).to_owned();
        self.add(format_args!("<h2>{title}</h2>"));
    }

    fn head(&mut self, sheet: &Sheet) {
        let language = self.pick("zh-CN", "en").to_owned();
        let name = self.pick("消防演练成绩单", "Fire drill score sheet").to_owned();
        let title = self.text(&sheet.title);
        self.add(format_args!(
            "<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\"><title>{name} · {title}</title>\
             <style>{STYLE}</style></head><body>"
        ));
        self.add(format_args!(
            "<h1>{name}</h1><p>{title} · {}</p>",
            self.text(&sheet.profile)
        ));
    }

    fn summary(&mut self, sheet: &Sheet, resident: bool) {
        let score = &sheet.trainee.score;
        let (_, sign, colour) = mark(match (score.passed, score.no_verdict) {
            (true, _) => Verdict::Right,
            (false, true) => Verdict::Partly,
            (false, false) => Verdict::Wrong,
        });
        let verdict = self.text(&score.verdict());
        self.add(format_args!(
            "<p class=\"result\" style=\"color:{colour}\">{sign} {verdict}</p>"
        ));
        if !resident {
            let (process, total) = (self.pick("决策分", "process"), self.pick("总分", "total"));
            let line = format!(
                "<p>{} · {process} {:.1} · {total} {:.1}</p>",
                self.text(&sheet.grade),
                score.process,
                score.total
            );
            self.add(format_args!("{line}"));
        }
        self.heading("结果如何", "What happened");
        let happened: Vec<String> = sheet.happened.iter().map(|t| self.text(t)).collect();
        self.list(&happened);
        self.heading("做得好的", "Done well");
        let best = self.named(sheet, &sheet.best);
        self.list(&best);
        self.heading("要再练的", "To work on");
        let work_on = self.named(sheet, &sheet.work_on);
        self.list(&work_on);
    }

    fn named(&self, sheet: &Sheet, ids: &[String]) -> Vec<String> {
        let found = ids
            .iter()
            .filter_map(|id| sheet.trainee.score.decisions.iter().find(|d| d.id == *id));
        let mut lines: Vec<String> = found
            .map(|d| format!("<b>{}</b> {}", self.text(&d.title), self.text(&d.reason)))
            .collect();
        if lines.is_empty() {
            lines.push(self.pick("本次没有", "none this time").to_owned());
        }
        lines
    }

    fn list(&mut self, lines: &[String]) {
        let items: String = lines.iter().map(|l| format!("<li>{l}</li>")).collect();
        self.add(format_args!("<ul>{items}</ul>"));
    }

    // ------------------------------------------------------------------------------------------------ drawings

    /// A line of time with the storey that the trainee was on, and a numbered mark for every decision.
    fn timeline(&mut self, sheet: &Sheet, trail: &Trail, end_s: f64) {
        let end_s = end_s.max(1.0);
        let x = |s: f64| 20.0 + (s / end_s).clamp(0.0, 1.0) * (WIDTH - 40.0);
        let label = self.pick("时间线", "timeline").to_owned();
        self.add(format_args!(
            "<svg viewBox=\"0 0 {WIDTH} 110\" role=\"img\" aria-label=\"{label}\">"
        ));
        self.add(format_args!(
            "<line x1=\"20\" y1=\"70\" x2=\"{:.1}\" y2=\"70\" stroke=\"#333\" stroke-width=\"3\"/>",
            WIDTH - 20.0
        ));
        let every = [10.0, 30.0, 60.0, 120.0, 300.0, 600.0]
            .into_iter()
            .find(|e| end_s / e <= 12.0);
        let every = every.unwrap_or(3600.0);
        let mut s = 0.0;
        while s <= end_s {
            self.add(format_args!(
                "<line x1=\"{0:.1}\" y1=\"64\" x2=\"{0:.1}\" y2=\"76\" stroke=\"#333\"/>\
                 <text x=\"{0:.1}\" y=\"94\" text-anchor=\"middle\">{1}</text>",
                x(s),
                clock(s)
            ));
            s += every;
        }
        // Decisions close to each other stand one above the other.
        let mut last = f64::NEG_INFINITY;
        let mut level = 0;
        for (number, decision) in (1..).zip(&sheet.trainee.score.decisions) {
            let at = x(decision.time_s);
            level = if at - last < 26.0 { (level + 1) % 3 } else { 0 };
            last = at;
            self.mark(decision, number, at, 50.0 - 17.0 * f64::from(level));
        }
        if let Some(end) = trail.steps.last() {
            self.add(format_args!(
                "<circle cx=\"{:.1}\" cy=\"70\" r=\"5\" fill=\"#333\"/>",
                x(end.0)
            ));
        }
        self.add(format_args!("</svg>"));
    }

    fn mark(&mut self, decision: &Decision, number: usize, x: f64, y: f64) {
        let (_, sign, colour) = mark(decision.right);
        let title = format!("{} {}", clock(decision.time_s), self.text(&decision.title));
        self.add(format_args!(
            "<g><title>{title}</title><rect x=\"{:.1}\" y=\"{:.1}\" width=\"32\" height=\"16\" rx=\"3\" \
             fill=\"{colour}\"/><text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\" fill=\"#fff\">{number}{sign}</text></g>",
            x - 16.0,
            y - 8.0,
            y + 4.5
        ));
    }

    fn plans(&mut self, sheet: &Sheet, trail: &Trail, plan: &Plan) {
        for storey in trail.storeys() {
            self.plan(sheet, trail, plan, storey);
        }
        let note = self
            .pick(
                "灰色越深，演练中该处的烟越浓；线是您走过的路，方块是各个决定。",
                "The darker a room, the thicker its smoke was; the line is your way, the boxes are your decisions.",
            )
            .to_owned();
        self.add(format_args!("<p class=\"small\">{note}</p>"));
    }

    fn plan(&mut self, sheet: &Sheet, trail: &Trail, plan: &Plan, storey: usize) {
        let of_storey = |s: u32| s as usize == storey;
        let corners = || {
            plan.spaces
                .iter()
                .filter(|s| of_storey(s.storey))
                .flat_map(|s| s.outline.iter().copied())
        };
        let low = corners().fold((f64::MAX, f64::MAX), |m, p| (m.0.min(p.0), m.1.min(p.1)));
        let high = corners().fold((f64::MIN, f64::MIN), |m, p| (m.0.max(p.0), m.1.max(p.1)));
        let (w, h) = (high.0 - low.0, high.1 - low.1);
        if !(w > 0.0 && h > 0.0) {
            return;
        }
        let scale = ((WIDTH - 40.0) / w).min(600.0 / h);
        let x = |m: f64| 20.0 + (m - low.0) * scale;
        let y = |m: f64| 20.0 + (high.1 - m) * scale;
        let name = plan.storeys.get(storey).map(|s| escaped(&s.0)).unwrap_or_default();
        self.add(format_args!(
            "<h3>{name}</h3><svg viewBox=\"0 0 {WIDTH} {:.0}\" role=\"img\" aria-label=\"{name}\">",
            h * scale + 40.0
        ));
        for (id, space) in (0u32..).zip(&plan.spaces).filter(|(_, s)| of_storey(s.storey)) {
            let points: String = space
                .outline
                .iter()
                .map(|p| format!("{:.1},{:.1} ", x(p.0), y(p.1)))
                .collect();
            let smoke = trail.smoke.get(&id).copied().unwrap_or_default() / DARKEST_PER_M;
            let grey = 255.0 - 150.0 * smoke.clamp(0.0, 1.0);
            self.add(format_args!(
                "<polygon points=\"{points}\" fill=\"rgb({grey:.0},{grey:.0},{grey:.0})\" stroke=\"#222\" \
                 stroke-width=\"2\"/>"
            ));
        }
        for o in plan.openings.iter().filter(|o| of_storey(o.storey) && !o.horizontal) {
            let [a, b] = o.ends;
            let colour = if o.outside { "#3a7bd5" } else { "#e0a800" };
            self.add(format_args!(
                "<line x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\" stroke=\"{colour}\" stroke-width=\"4\"/>",
                x(a.0),
                y(a.1),
                x(b.0),
                y(b.1)
            ));
        }
        // The way, broken where it left the storey.
        let mut way = String::new();
        let mut on = false;
        for (_, at, east, north) in &trail.steps {
            let here = *at == storey;
            if here {
                let verb = if on { 'L' } else { 'M' };
                let _ = write!(way, "{verb}{:.1} {:.1} ", x(*east), y(*north));
            }
            on = here;
        }
        self.add(format_args!(
            "<path d=\"{way}\" fill=\"none\" stroke=\"#0b5fa5\" stroke-width=\"3\" stroke-linejoin=\"round\"/>"
        ));
        let mut taken: Vec<(f64, f64)> = Vec::new();
        for (number, decision) in (1..).zip(&sheet.trainee.score.decisions) {
            let Some(step) = trail.at(decision.time_s).filter(|s| s.1 == storey) else {
                continue;
            };
            let (px, mut py) = (x(step.2), y(step.3));
            while taken
                .iter()
                .any(|(a, b)| (a - px).abs() < 34.0 && (b - py).abs() < 17.0)
            {
                py += 17.0;
            }
            taken.push((px, py));
            self.mark(decision, number, px, py);
        }
        self.add(format_args!("</svg>"));
    }

    // ------------------------------------------------------------------------------------------------ decisions

    fn decisions(&mut self, sheet: &Sheet) {
        self.heading("每一个决定", "Each decision");
        let decisions = &sheet.trainee.score.decisions;
        if decisions.is_empty() {
            let nothing = self
                .pick("没有需要判定的决定。", "Nothing arose to be judged.")
                .to_owned();
            self.add(format_args!("<p>{nothing}</p>"));
        }
        for (number, d) in (1..).zip(decisions) {
            self.decision(number, d);
        }
    }

    fn decision(&mut self, number: usize, d: &Decision) {
        let (class, sign, _) = mark(d.right);
        let verdict = match (d.right, d.critical) {
            (Verdict::Right, _) => self.pick("对", "right"),
            (Verdict::Partly, false) => self.pick("部分对", "partly right"),
            (Verdict::Wrong, false) => self.pick("错", "wrong"),
            (_, true) => self.pick("严重错误", "critical"),
        };
        let points = self.pick("分", "points");
        let rows = [
            (self.pick("当时知道", "Known"), self.text(&d.known)),
            (self.pick("您的选择", "Choice"), self.text(&d.choice)),
            (self.pick("为什么", "Why"), self.text(&d.reason)),
            (self.pick("依据", "Basis"), escaped(&basis_text(&d.basis, self.lang))),
        ];
        let list: String = rows.iter().map(|(k, v)| format!("<dt>{k}</dt><dd>{v}</dd>")).collect();
        let card = format!(
            "<div class=\"card {class}\"><b>{number}. {sign} {verdict}</b> · {} · {} · {} · {:.1}/{:.1} {points}\
             <div class=\"small\">{}</div><dl>{list}</dl></div>",
            clock(d.time_s),
            self.text(&place_text(d.place)),
            self.text(&d.title),
            d.points,
            d.max_points,
            escaped(&d.id),
        );
        self.add(format_args!("{card}"));
    }

    fn rest(&mut self, sheet: &Sheet, resident: bool) {
        if !resident {
            let o = &sheet.trainee.outcome;
            self.heading("剂量", "Doses");
            let (gas, heat) = (self.pick("气体", "gas"), self.pick("热", "heat"));
            let mut rows = vec![format!("FED {gas} {:.2}, {heat} {:.2}", o.fed_gas, o.fed_heat)];
            for (name, k) in &o.answered_for {
                rows.push(format!(
                    "{}: FED {gas} {:.2}, {heat} {:.2}",
                    escaped(name),
                    k.fed_gas,
                    k.fed_heat
                ));
            }
            self.list(&rows);
            self.dimensions(sheet);
        }
        if !sheet.not_assessed.is_empty() {
            self.heading("本次未考核", "Not assessed this time");
            let names: Vec<String> = sheet.not_assessed.iter().map(|t| self.text(t)).collect();
            self.list(&names);
        }
        if let Some(quiz) = &sheet.quiz {
            self.heading("问一问", "A question");
            let answers: String = quiz
                .answers
                .iter()
                .map(|a| format!("<li>{}</li>", self.text(a)))
                .collect();
            let question = self.text(&quiz.question);
            self.add(format_args!("<p>{question}</p><ol type=\"A\">{answers}</ol>"));
        }
        if resident {
            return;
        }
        if !sheet.unsigned.is_empty() {
            self.heading("尚未由消防救援机构签字", "Not yet signed by the fire service");
            let rules: Vec<String> = sheet.unsigned.iter().map(|id| escaped(id)).collect();
            self.add(format_args!("<p>{}</p>", rules.join(", ")));
        }
        if !sheet.assumptions.is_empty() {
            self.heading("评分中的假定（待核实）", "Assumptions in the scoring (not verified)");
            let all: Vec<String> = sheet.assumptions.iter().map(|t| self.text(t)).collect();
            self.list(&all);
        }
    }

    fn dimensions(&mut self, sheet: &Sheet) {
        let score = &sheet.trainee.score;
        let weight_title = self.pick("权重", "weight");
        let rows: String = sheet
            .dimensions
            .iter()
            .filter_map(|(d, title)| {
                let (percent, weight) = (score.dimensions.get(d)?, score.weights.get(d)?);
                Some(format!(
                    "<tr><th>{} {}</th><td>{percent:.0}%</td><td>{weight_title} {weight:.1}</td></tr>",
                    d.letter(),
                    self.text(title)
                ))
            })
            .collect();
        self.heading("各维度", "Dimensions");
        self.add(format_args!("<table>{rows}</table>"));
    }
}
