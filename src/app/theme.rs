//! How the screens look: one set of colours, sizes and widgets. Dark, calm, high in contrast, and large enough to be
//! read from the back of a hall.
//!
//! Sizes are points of a canvas that is 1080 points high in a window of 16 to 9, whatever its pixels: a window of twice
//! the height shows everything twice as large.

use bevy::log::trace;
use bevy_egui::egui::{
    self, Align, Align2, Color32, Context, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Frame, Galley,
    Layout, Margin, Pos2, Rect, Response, RichText, Sense, Stroke, StrokeKind, TextStyle, Ui, Vec2, pos2, vec2,
};
use std::sync::Arc;

/// Height of the canvas, points.
pub const CANVAS_HEIGHT: f32 = 1080.0;
/// Least width of the canvas at the normal text size, points: narrower windows show everything smaller.
pub const LEAST_WIDTH: f32 = 1600.0;

/// Least height of anything that is clicked, points.
pub const TARGET: f32 = 68.0;
/// Size of small text: facts beside other text. No text is smaller.
pub const SMALL: f32 = 23.0;
/// Size of running text.
pub const BODY: f32 = 27.0;
/// Size of headings in a card.
pub const HEADING: f32 = 33.0;
/// Size of a screen's title.
pub const TITLE: f32 = 52.0;
/// Space between neighbours.
pub const GAP: f32 = 14.0;
/// Space around a screen.
pub const MARGIN: f32 = 28.0;

/// Behind everything.
pub const BACKGROUND: Color32 = Color32::from_rgb(13, 19, 26);
/// Panels over the picture: a little of it shines through.
pub const PANEL: Color32 = Color32::from_rgba_premultiplied(17, 24, 33, 236);
/// Cards.
pub const CARD: Color32 = Color32::from_rgb(25, 34, 45);
/// Buttons.
pub const BUTTON: Color32 = Color32::from_rgb(40, 54, 70);
/// Buttons under the pointer.
pub const BUTTON_HOT: Color32 = Color32::from_rgb(55, 74, 95);
/// Buttons that cannot be pressed.
pub const BUTTON_OFF: Color32 = Color32::from_rgb(27, 35, 44);
/// Edges.
pub const EDGE: Color32 = Color32::from_rgb(70, 90, 110);
/// Running text.
pub const TEXT: Color32 = Color32::from_rgb(244, 247, 250);
/// Facts beside it.
pub const QUIET: Color32 = Color32::from_rgb(182, 195, 207);
/// Go: the green of exit signs.
pub const GO: Color32 = Color32::from_rgb(18, 122, 74);
/// The same under the pointer.
pub const GO_HOT: Color32 = Color32::from_rgb(24, 148, 92);
/// Good.
pub const GOOD: Color32 = Color32::from_rgb(112, 214, 155);
/// Care.
pub const CARE: Color32 = Color32::from_rgb(255, 196, 92);
/// Bad, or a fire.
pub const BAD: Color32 = Color32::from_rgb(255, 138, 122);
/// The red of a call to 119.
pub const ALARM: Color32 = Color32::from_rgb(176, 42, 38);
/// The same under the pointer.
pub const ALARM_HOT: Color32 = Color32::from_rgb(204, 58, 52);
/// What is chosen.
pub const CHOSEN: Color32 = Color32::from_rgb(28, 84, 138);

/// Pixels a point, for a window of this size and this size of text.
pub fn pixels_per_point(window_px: Vec2, text: f32) -> f32 {
    let scale = (window_px.y / CANVAS_HEIGHT).min(window_px.x / LEAST_WIDTH) * text;
    scale.clamp(0.2, 8.0)
}

/// The font and the style, once for a context.
pub fn install(ctx: &Context) {
    let mut fonts = FontDefinitions::empty();
    let font = FontData::from_static(include_bytes!("../../assets/fonts/ui-zh.otf"));
    fonts.font_data.insert("ui".to_owned(), Arc::new(font));
    for family in [FontFamily::Proportional, FontFamily::Monospace] {
        fonts.families.insert(family, vec!["ui".to_owned()]);
    }
    ctx.set_fonts(fonts);
    ctx.set_theme(egui::Theme::Dark);
    // Old hands press slowly and tremble, and a slow machine sees the release late: both are clicks.
    ctx.options_mut(|options| {
        options.input_options.max_click_duration = 20.0;
        options.input_options.max_click_dist = 24.0;
    });
    ctx.all_styles_mut(|style| {
        style.text_styles = [
            (TextStyle::Small, SMALL),
            (TextStyle::Body, BODY),
            (TextStyle::Button, BODY),
            (TextStyle::Monospace, BODY),
            (TextStyle::Heading, HEADING),
        ]
        .into_iter()
        .map(|(text, size)| (text, FontId::proportional(size)))
        .collect();
        let spacing = &mut style.spacing;
        spacing.item_spacing = vec2(GAP, GAP);
        spacing.button_padding = vec2(20.0, 10.0);
        spacing.interact_size = vec2(TARGET, TARGET);
        spacing.slider_width = 360.0;
        spacing.scroll.bar_width = 18.0;
        spacing.scroll.floating = false;
        spacing.scroll.bar_inner_margin = 8.0;
        style.interaction.selectable_labels = false;
        let visuals = &mut style.visuals;
        visuals.dark_mode = true;
        visuals.override_text_color = Some(TEXT);
        visuals.panel_fill = BACKGROUND;
        visuals.window_fill = CARD;
        visuals.window_stroke = Stroke::new(2.0, EDGE);
        visuals.window_corner_radius = CornerRadius::same(14);
        visuals.extreme_bg_color = Color32::from_rgb(9, 13, 18);
        visuals.selection.bg_fill = CHOSEN;
        visuals.selection.stroke = Stroke::new(3.0, CARE);
        visuals.slider_trailing_fill = true;
        for (widget, fill) in [
            (&mut visuals.widgets.noninteractive, CARD),
            (&mut visuals.widgets.inactive, BUTTON),
            (&mut visuals.widgets.hovered, BUTTON_HOT),
            (&mut visuals.widgets.active, BUTTON_HOT),
            (&mut visuals.widgets.open, BUTTON),
        ] {
            widget.bg_fill = fill;
            widget.weak_bg_fill = fill;
            widget.corner_radius = CornerRadius::same(10);
            widget.bg_stroke = Stroke::new(1.5, EDGE);
            widget.fg_stroke = Stroke::new(2.0, TEXT);
            widget.expansion = 0.0;
        }
    });
}

/// How a button stands out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// One among others.
    #[default]
    Plain,
    /// The way on.
    Go,
    /// Call 119, delete, end.
    Alarm,
    /// The one that holds now.
    Chosen,
}

impl Kind {
    const fn fill(self, hot: bool) -> Color32 {
        match (self, hot) {
            (Self::Plain, false) => BUTTON,
            (Self::Plain, true) => BUTTON_HOT,
            (Self::Go, false) => GO,
            (Self::Go, true) => GO_HOT,
            (Self::Alarm, false) => ALARM,
            (Self::Alarm, true) => ALARM_HOT,
            (Self::Chosen, _) => CHOSEN,
        }
    }
}

/// A button: what it does, a fact beside it, and whether it can be pressed. Grows with its text, never below
/// [`TARGET`].
#[derive(Clone, Debug)]
pub struct Choice<'a> {
    text: &'a str,
    fact: &'a str,
    kind: Kind,
    enabled: bool,
    width: Option<f32>,
    least: f32,
    size: f32,
    centred: bool,
}

impl<'a> Choice<'a> {
    /// With this text, as wide as the space there is.
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            fact: "",
            kind: Kind::Plain,
            enabled: true,
            width: None,
            least: TARGET,
            size: BODY,
            centred: false,
        }
    }
    /// A second line, smaller.
    #[must_use]
    pub fn fact(mut self, fact: &'a str) -> Self {
        self.fact = fact;
        self
    }
    /// How it stands out.
    #[must_use]
    pub fn kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }
    /// Whether it can be pressed.
    #[must_use]
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }
    /// So wide, points.
    #[must_use]
    pub fn width(mut self, width: f32) -> Self {
        self.width = Some(width);
        self
    }
    /// So high at least, points.
    #[must_use]
    pub fn least_height(mut self, height: f32) -> Self {
        self.least = height.max(TARGET);
        self
    }
    /// With text of this size, points.
    #[must_use]
    pub fn size(mut self, size: f32) -> Self {
        self.size = size;
        self
    }
    /// With the text in the middle.
    #[must_use]
    pub fn centred(mut self) -> Self {
        self.centred = true;
        self
    }

    /// Shows it; true when it was pressed.
    pub fn show(self, ui: &mut Ui) -> bool {
        self.response(ui).clicked()
    }

    /// Shows it.
    pub fn response(self, ui: &mut Ui) -> Response {
        const PAD: Vec2 = vec2(18.0, 10.0);
        let width = self.width.unwrap_or_else(|| ui.available_width());
        let room = (width - 2.0 * PAD.x).max(20.0);
        let colour = if self.enabled { TEXT } else { QUIET };
        let galley = |text: &str, size: f32, colour: Color32| -> Arc<Galley> {
            let halign = if self.centred { Align::Center } else { Align::LEFT };
            let mut job = egui::text::LayoutJob::simple(text.to_owned(), FontId::proportional(size), colour, room);
            job.halign = halign;
            ui.ctx().fonts_mut(|f| f.layout_job(job))
        };
        let text = galley(self.text, self.size, colour);
        let fact = (!self.fact.is_empty()).then(|| galley(self.fact, SMALL, QUIET));
        let inside = text.size().y + fact.as_ref().map_or(0.0, |f| f.size().y + 2.0);
        let size = vec2(width, (inside + 2.0 * PAD.y).max(self.least));
        let sense = if self.enabled { Sense::click() } else { Sense::hover() };
        let (rect, response) = ui.allocate_exact_size(size, sense);
        let info = || egui::WidgetInfo::labeled(egui::WidgetType::Button, self.enabled, self.text);
        response.widget_info(info);
        let shown = self.enabled && ui.clip_rect().contains(rect.center());
        tell(ui.ctx(), self.text, shown, rect, response.clicked());
        if ui.is_rect_visible(rect) {
            let hot =
                self.enabled && (response.hovered() || response.has_focus() || response.is_pointer_button_down_on());
            let fill = if self.enabled { self.kind.fill(hot) } else { BUTTON_OFF };
            let edge = if response.has_focus() || self.kind == Kind::Chosen {
                Stroke::new(3.0, CARE)
            } else {
                Stroke::new(1.5, EDGE)
            };
            let painter = ui.painter();
            painter.rect(rect, CornerRadius::same(10), fill, edge, StrokeKind::Inside);
            let top = rect.center().y - inside / 2.0;
            let x = if self.centred {
                rect.center().x
            } else {
                rect.left() + PAD.x
            };
            let below = top + text.size().y + 2.0;
            painter.galley(pos2(x, top), text, colour);
            if let Some(fact) = fact {
                painter.galley(pos2(x, below), fact, QUIET);
            }
        }
        if self.enabled {
            response.on_hover_cursor(egui::CursorIcon::PointingHand)
        } else {
            response
        }
    }
}

/// Tells in the log, at level trace, where a button stands on the window, px, and that it was pressed: whoever drives
/// the window from outside finds it by its text.
fn tell(ctx: &Context, text: &str, shown: bool, rect: Rect, pressed: bool) {
    if shown {
        let at = rect.center() * ctx.pixels_per_point();
        trace!("button \"{text}\" at {:.0} {:.0}", at.x, at.y);
    }
    if pressed {
        trace!("button \"{text}\" pressed");
    }
}

/// A button in the middle of a row.
pub fn button(ui: &mut Ui, text: &str, kind: Kind, width: f32) -> bool {
    Choice::new(text).kind(kind).width(width).centred().show(ui)
}

/// A card: a block of its own.
pub fn card<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    card_in(ui, CARD, contents)
}

/// A card of another colour.
pub fn card_in<R>(ui: &mut Ui, fill: Color32, contents: impl FnOnce(&mut Ui) -> R) -> R {
    Frame::new()
        .fill(fill)
        .stroke(Stroke::new(1.5, EDGE))
        .corner_radius(CornerRadius::same(14))
        .inner_margin(Margin::same(20))
        .show(ui, contents)
        .inner
}

/// Running text, wrapped.
pub fn say(ui: &mut Ui, text: &str) {
    coloured(ui, text, BODY, TEXT);
}

/// A fact beside it.
pub fn quiet(ui: &mut Ui, text: &str) {
    coloured(ui, text, SMALL, QUIET);
}

/// The same, never broken into lines: for rows of short words.
pub fn quiet_line(ui: &mut Ui, text: &str) {
    line(ui, text, SMALL, QUIET);
}

/// Text of a size and a colour on one line.
pub fn line(ui: &mut Ui, text: &str, size: f32, colour: Color32) {
    ui.add(egui::Label::new(RichText::new(text).size(size).color(colour)).extend());
}

/// The heading of a card.
pub fn heading(ui: &mut Ui, text: &str) {
    coloured(ui, text, HEADING, TEXT);
}

/// The title of a screen.
pub fn title(ui: &mut Ui, text: &str) {
    coloured(ui, text, TITLE, TEXT);
}

/// Text of a size and a colour, wrapped.
pub fn coloured(ui: &mut Ui, text: &str, size: f32, colour: Color32) {
    ui.add(egui::Label::new(RichText::new(text).size(size).color(colour)).wrap());
}

/// A part of how much is done, 0 to 1.
pub fn bar(ui: &mut Ui, part: f32, colour: Color32, width: f32, height: f32) {
    let (rect, _) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
    let painter = ui.painter();
    let round = CornerRadius::same((height / 2.0).min(10.0) as u8);
    painter.rect_filled(rect, round, BUTTON_OFF);
    let mut done = rect;
    done.set_width(rect.width() * part.clamp(0.0, 1.0));
    painter.rect_filled(done, round, colour);
    painter.rect_stroke(rect, round, Stroke::new(1.5, EDGE), StrokeKind::Inside);
}

/// A place of its own at a spot of the canvas, over the picture.
pub fn panel<R>(ctx: &Context, id: &str, rect: Rect, contents: impl FnOnce(&mut Ui) -> R) -> R {
    filled_panel(ctx, id, rect, PANEL, contents)
}

/// The same, with nothing shining through: above other text.
pub fn solid_panel<R>(ctx: &Context, id: &str, rect: Rect, contents: impl FnOnce(&mut Ui) -> R) -> R {
    filled_panel(ctx, id, rect, CARD, contents)
}

fn filled_panel<R>(ctx: &Context, id: &str, rect: Rect, fill: Color32, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let shown = egui::Area::new(egui::Id::new(id))
        .fixed_pos(rect.min)
        .constrain(false)
        .fade_in(false)
        .order(egui::Order::Middle)
        .show(ctx, |ui| boxed(ui, rect, fill, contents));
    shown.inner
}

/// As [`panel`], above the others and in front of a veil that keeps clicks from what lies below.
pub fn dialogue<R>(ctx: &Context, id: &str, rect: Rect, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let screen = ctx.content_rect();
    egui::Area::new(egui::Id::new((id, "veil")))
        .fixed_pos(screen.min)
        .constrain(false)
        .fade_in(false)
        .order(egui::Order::Foreground)
        .show(ctx, |ui| {
            let (veil, _) = ui.allocate_exact_size(screen.size(), Sense::click());
            ui.painter().rect_filled(veil, 0, Color32::from_black_alpha(150));
        });
    let area = egui::Area::new(egui::Id::new(id))
        .fixed_pos(rect.min)
        .constrain(false)
        .fade_in(false)
        .order(egui::Order::Foreground);
    let shown = area.show(ctx, |ui| boxed(ui, rect, CARD, contents));
    ctx.move_to_top(shown.response.layer_id);
    shown.inner
}

fn boxed<R>(ui: &mut Ui, rect: Rect, fill: Color32, contents: impl FnOnce(&mut Ui) -> R) -> R {
    ui.set_clip_rect(rect);
    let painter = ui.painter();
    let round = CornerRadius::same(14);
    painter.rect(rect, round, fill, Stroke::new(1.5, EDGE), StrokeKind::Inside);
    let (_, response) = ui.allocate_exact_size(rect.size(), Sense::click_and_drag());
    drop(response);
    let builder = egui::UiBuilder::new()
        .max_rect(rect.shrink(18.0))
        .layout(Layout::top_down(Align::Min));
    let mut inner = ui.new_child(builder);
    inner.set_clip_rect(rect.shrink(4.0));
    contents(&mut inner)
}

/// Text drawn at a spot, with a dark edge so that it is read on any picture.
pub fn painted(painter: &egui::Painter, at: Pos2, anchor: Align2, text: &str, size: f32, colour: Color32) -> Rect {
    let font = FontId::proportional(size);
    painter.text(at, anchor, text, font, colour)
}
