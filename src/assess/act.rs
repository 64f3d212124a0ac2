//! What a trainee can be seen to have done, in the words that rows are written in. How each is found in the notes stands
//! in `judge`.

use crate::scenario::Text;
use serde::{Deserialize, Serialize};

/// What a trainee can be seen to have done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Act {
    /// Nothing at all (right: never credited; wrong: no deed within the window).
    #[default]
    Waited,
    /// Looked at the gap, or felt the handle and looked, before the home's door opened wide. Cracking it alone, a cool
    /// handle alone, or sealing it unseen is half.
    LookedBeforeOpening,
    /// Opened the home's door wide with no look before it.
    FlungOpen,
    /// Is in the home with its door shut, or again within ten seconds.
    KeptShut,
    /// Sealed the gaps of the home's door.
    Sealed,
    /// Called 119; the clock starts at the first place from which it is safe. Somebody else's known call counts.
    Called,
    /// Said what matters.
    CallSays,
    /// Showed themselves at a window.
    Signalled,
    /// Everybody the trainee answers for is awake.
    KinWoken,
    /// Everybody the trainee answers for came along.
    KinTaken,
    /// Went on without them.
    KinLeft,
    /// Went on without them although, when the question arose, one could still go about in the home: they could have been
    /// taken. Not for older or impaired people, for whom leaving is always enough.
    KinDeserted,
    /// Left the home.
    LeftHome,
    /// Still in the home when the window for leaving is over.
    StayedIn,
    /// Shut the home's door from outside.
    ShutBehind,
    /// Went on and left it open.
    LeftOpen,
    /// Went down a stair that was seen clear.
    ByClearStair,
    /// Kept out of a smoky stair: back home, or by another stair seen clear.
    KeptOut,
    /// Met smoke in the stair and turned back.
    TurnedBack,
    /// Went out into smoke.
    IntoSmoke,
    /// Went out into dense smoke.
    IntoDense,
    /// Went down a stair with smoke in it.
    DownSmoke,
    /// Went down a stair with dense smoke in it.
    DownDense,
    /// Took no lift.
    NoLift,
    /// Pressed a lift's button.
    CalledLift,
    /// Rode in a lift.
    RodeLift,
    /// Stopped to collect belongings.
    TookBelongings,
    /// Shouted, knocked, pressed a call point, told the control room, or spoke over the loudspeakers.
    AlertedOthers,
    /// Used fitting means on a small fire, or left it and shut the door: both are right.
    FoughtSmall,
    /// Pin pulled, from two to four metres, at the base, sweeping; how well, in parts.
    WellUsed,
    /// Fought a fire that reached the ceiling, or had grown.
    FoughtLarge,
    /// Fetched another after the first was used up.
    SecondBottle,
    /// Left the place where it burns.
    LeftFire,
    /// Shut the door of the room on fire.
    RoomShut,
    /// Stood and filmed.
    Filmed,
    /// Turned the heat off.
    HeatOff,
    /// Covered the pan with a fitting lid or a blanket; moot if none is at hand.
    Covered,
    /// Switched the hood off; moot if there is none.
    HoodOff,
    /// Lifted the lid or blanket.
    LiftedCover,
    /// Water, or a water-based extinguisher without F, on burning oil.
    WaterOnOil,
    /// Carried the burning pan, or whatever burns, away.
    CarriedPan,
    /// Cut the power.
    PowerCut,
    /// Water on live parts.
    WaterOnLive,
    /// Shut the gas valve.
    GasShut,
    /// Shut the valve, or left.
    LeftOrShutGas,
    /// Opened a window.
    OpenedWindow,
    /// Touched a switch.
    SparkMade,
    /// Telephoned where gas is in the air.
    CalledInside,
    /// Put the flame out and left the gas flowing.
    PutOutJet,
    /// Kicked, picked up or took apart what burns.
    HandledBattery,
    /// Used an extinguisher or water on a traction battery from near.
    FoughtBattery,
    /// Cooled it with water from afar.
    CooledFromAfar,
    /// Stopped, dropped and rolled.
    Rolled,
    /// Ran with burning clothes.
    RanBurning,
    /// Jumped from the third floor or higher.
    JumpedHigh,
    /// Jumped from lower down.
    JumpedLow,
    /// Did nothing that the row calls wrong.
    Refrained,
    /// Stayed out.
    StayedOut,
    /// Went back in.
    WentBack,
    /// Went on stooped or crawling.
    WentLow,
    /// Looked for a towel first.
    TowelSearched,
    /// Is in a room of the home with its door shut.
    TookRefuge,
    /// Moved on to another room, or out.
    ChangedRoom,
    /// Hid where nobody looks.
    Hid,
    /// Left through the fire that stands in the way.
    ThroughFire,
    /// Went into the stair that burns.
    IntoStair,
    /// Went up, where down was clear.
    WentUp,
    /// Went up three storeys or more without knowing the roof open.
    UpBlind,
    /// Sealed oneself in.
    SealedIn,
    /// Switched music off, stopped serving.
    StoppedBusiness,
    /// All lights on.
    LightsUp,
    /// Spoke over the loudspeakers: where it burns, which way.
    Announced,
    /// Opened or released the exits.
    OpenedExits,
    /// Released the locks.
    Unlocked,
    /// Looked through the rooms for people.
    Swept,
    /// Left before those one answers for.
    LeftFirst,
    /// Took payment first.
    TookPayment,
    /// Sent people to another exit, or stood there as a guide.
    Redirected,
    /// Moved aside on one's feet.
    MovedAside,
    /// Pushed on.
    Pushed,
    /// Counted heads.
    Counted,
    /// Reported the count.
    ReportedCount,
    /// Everybody one answers for is behind a fire door, out, or handed over; in parts.
    MovedAcross,
    /// Carried somebody down the stairs.
    CarriedDown,
    /// A minor who fought.
    FoughtYoung,
    /// Made the lane free.
    ClearedLane,
    /// Stood at a door or junction to guide.
    PostedGuide,
    /// Told the fire service what matters; in parts.
    Briefed,
    /// Put the hazard right, or told the hotline, the grid worker or the property.
    FixedOrReported,
    /// The same, 96119 counts too.
    FixedOrReported96119,
    /// Looked again.
    Rechecked,
    /// Called 119 about a hazard without a fire.
    WrongLine,
    /// Quarrelled.
    Confronted,
    /// Stopped the hot work.
    StoppedWork,
    /// Carried on as if nothing were.
    CarriedOn,
    /// Kept watch for a fire that comes back.
    KeptWatch,
    /// Cleaned up where it had burnt.
    CleanedUp,
    /// Told the trapped that help comes.
    ToldTrapped,
    /// Cordoned off.
    Cordoned,
    /// Went into dense smoke, the head in it, without breathing apparatus.
    SmokeUnprotected,
}

impl Act {
    /// What the trainee did, in a few words.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Waited => ("什么也没做", "did nothing"),
            Self::LookedBeforeOpening => ("开门前先查看门外", "checked before opening the door"),
            Self::FlungOpen => ("没查看就把门大开", "opened the door wide without a check"),
            Self::KeptShut => ("留在家里关好门", "stayed in behind the shut door"),
            Self::Sealed => ("封堵门缝", "sealed the gaps"),
            Self::Called => ("打了119", "called 119"),
            Self::CallSays => ("说清位置和人数", "said where and how many"),
            Self::Signalled => ("到窗口发信号", "signalled at the window"),
            Self::KinWoken => ("叫醒家人", "woke the family"),
            Self::KinTaken => ("带着家人一起走", "took the family along"),
            Self::KinLeft => ("丢下家人先走", "left the family behind"),
            Self::KinDeserted => (
                "丢下带得走的家人先走",
                "left behind family who could have been taken along",
            ),
            Self::LeftHome => ("马上离开家", "left the home at once"),
            Self::StayedIn => ("留在家里没有走", "stayed in the home"),
            Self::ShutBehind => ("随手关上户门", "shut the flat door behind"),
            Self::LeftOpen => ("户门敞开着就走了", "left the flat door open"),
            Self::ByClearStair => ("走看清没有烟的楼梯", "took a stair seen clear"),
            Self::KeptOut => ("没有进有烟的楼梯", "kept out of the smoky stair"),
            Self::TurnedBack => ("遇烟折返", "turned back before the smoke"),
            Self::IntoSmoke => ("走进烟里", "went out into smoke"),
            Self::IntoDense => ("走进浓烟", "went out into dense smoke"),
            Self::DownSmoke => ("穿烟下楼", "went down through smoke"),
            Self::DownDense => ("穿浓烟下楼", "went down through dense smoke"),
            Self::NoLift => ("不乘电梯", "took no lift"),
            Self::CalledLift => ("按了电梯", "called the lift"),
            Self::RodeLift => ("乘电梯逃生", "took the lift"),
            Self::TookBelongings => ("收拾财物", "collected belongings"),
            Self::AlertedOthers => ("喊人、敲门或按警铃", "raised the alarm"),
            Self::FoughtSmall => (
                "用对器材灭小火，或撤离关门",
                "fought the small fire with the right means, or left it",
            ),
            Self::WellUsed => ("提、拔、握、压动作到位", "used the extinguisher as taught"),
            Self::FoughtLarge => ("火已经大了还去扑", "fought a fire that was too large"),
            Self::SecondBottle => ("一具用完又去找第二具", "went for a second extinguisher"),
            Self::LeftFire => ("离开着火的地方", "left the place of the fire"),
            Self::RoomShut => ("关上着火房间的门", "shut the door on the fire"),
            Self::Filmed => ("停下来拍视频", "stopped to film"),
            Self::HeatOff => ("关火", "turned the heat off"),
            Self::Covered => ("盖上锅盖或灭火毯", "covered the pan"),
            Self::HoodOff => ("关掉油烟机", "switched the hood off"),
            Self::LiftedCover => ("过早揭盖", "lifted the cover"),
            Self::WaterOnOil => ("往油锅上浇水", "put water on burning oil"),
            Self::CarriedPan => ("端起着火的锅", "carried the burning pan"),
            Self::PowerCut => ("切断电源", "cut the power"),
            Self::WaterOnLive => ("带电时用水灭火", "put water on live parts"),
            Self::GasShut => ("关闭燃气阀门", "shut the gas valve"),
            Self::LeftOrShutGas => ("关阀或撤离", "shut the valve or left"),
            Self::OpenedWindow => ("打开门窗", "opened a window"),
            Self::SparkMade => ("触动电器开关", "touched a switch"),
            Self::CalledInside => ("在有燃气的室内打电话", "telephoned inside the gas"),
            Self::PutOutJet => ("只灭火不关阀", "put the flame out and left the gas on"),
            Self::HandledBattery => ("踢、搬或拆着火的电池", "handled the burning battery"),
            Self::FoughtBattery => ("靠近扑救起火电池", "fought a burning battery from near"),
            Self::CooledFromAfar => ("在远处上风向降温", "cooled it from afar"),
            Self::Rolled => ("停、倒、滚", "stopped, dropped and rolled"),
            Self::RanBurning => ("身上着火还跑", "ran with burning clothes"),
            Self::JumpedHigh => ("从三楼以上跳下", "jumped from the third floor or higher"),
            Self::JumpedLow => ("贸然跳下", "jumped"),
            Self::Refrained => ("没有做错误的动作", "kept from what is wrong here"),
            Self::StayedOut => ("没有返回火场", "stayed out"),
            Self::WentBack => ("返回火场", "went back in"),
            Self::WentLow => ("弯腰低姿", "kept low"),
            Self::TowelSearched => ("先去找湿毛巾", "looked for a towel first"),
            Self::TookRefuge => ("退到有外窗的房间关门", "withdrew to a room with a window, door shut"),
            Self::ChangedRoom => ("换到别的房间", "moved on to another room"),
            Self::Hid => ("躲进柜子、床下或没窗的房间", "hid where nobody looks"),
            Self::ThroughFire => ("从火里冲出去", "ran through the fire"),
            Self::IntoStair => ("进了着火的楼梯间", "went into the burning stair"),
            Self::WentUp => ("往楼上跑", "went up"),
            Self::UpBlind => ("不知屋顶门开没开就往上跑", "went up blindly"),
            Self::SealedIn => ("封门固守", "sealed oneself in"),
            Self::StoppedBusiness => ("停止营业、关音乐", "stopped the music"),
            Self::LightsUp => ("打开全部照明", "put all lights on"),
            Self::Announced => ("广播起火位置和疏散路线", "announced where it burns and which way"),
            Self::OpenedExits => ("打开所有安全出口", "opened the exits"),
            Self::Unlocked => ("一键开锁", "released the locks"),
            Self::Swept => ("逐间清查", "swept the rooms"),
            Self::LeftFirst => ("自己先走", "left first"),
            Self::TookPayment => ("先收钱再放人", "took payment first"),
            Self::Redirected => ("引导分流到边门", "sent people to another exit"),
            Self::MovedAside => ("站稳、护胸、斜着移到边上", "moved aside"),
            Self::Pushed => ("在人群里推挤", "pushed on"),
            Self::Counted => ("清点人数", "counted heads"),
            Self::ReportedCount => ("报告应到实到", "reported the count"),
            Self::MovedAcross => ("把人横向转移到防火门后", "moved everybody behind a fire door"),
            Self::CarriedDown => ("一个个背下楼", "carried somebody down the stairs"),
            Self::FoughtYoung => ("未成年人参加灭火", "fought although a minor"),
            Self::ClearedLane => ("让出消防车道", "made the fire lane free"),
            Self::PostedGuide => ("到路口接应引导", "stood where the engines turn in"),
            Self::Briefed => ("向消防队说明情况", "told the fire service what matters"),
            Self::FixedOrReported => ("整改或向12345、网格员报告", "put it right or reported it"),
            Self::FixedOrReported96119 => ("整改或向96119报告", "put it right or reported it to 96119"),
            Self::Rechecked => ("复查", "checked again"),
            Self::WrongLine => ("没着火却打119", "called 119 about a hazard"),
            Self::Confronted => ("当面争吵", "quarrelled"),
            Self::StoppedWork => ("叫停动火", "stopped the hot work"),
            Self::CarriedOn => ("照常继续", "carried on"),
            Self::KeptWatch => ("看守余火", "kept watch"),
            Self::CleanedUp => ("清理或移动现场物品", "cleaned up the scene"),
            Self::ToldTrapped => ("喊话安抚被困者", "spoke to the trapped"),
            Self::Cordoned => ("拉起警戒", "cordoned off"),
            Self::SmokeUnprotected => ("没有空呼就进烟", "went into smoke unprotected"),
        };
        Text {
            zh: zh.to_owned(),
            en: en.to_owned(),
        }
    }
}
