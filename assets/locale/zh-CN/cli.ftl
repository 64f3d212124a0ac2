# 命令行 / The command line

## 帮助

help-firedrill = 消防演练 · 生命通道：计算烟气、人群，以及每一个决定的价值
help-head-usage = 用法：
help-head-commands = 命令
help-head-arguments = 参数
help-head-options = 选项
help-examples =
    示例：
      firedrill list
      firedrill run scenarios/high_rise/night_smoke.ron --trainee best
      firedrill run scenarios/high_rise/night_smoke.ron --seeds 1..5 --format json
      firedrill run scenarios/high_rise/night_smoke.ron --out out
      firedrill whatif out/drill.rec
      firedrill check scenarios
    退出码：0 完成；1 答案是否定的（检查或核对未通过）；2 无法完成
help-command-play = 在窗口里演练一个情景；不带命令则打开菜单
help-command-run = 不开窗口运行一个情景，给出结果与评分
help-command-check = 检查情景文件，列出每个问题的位置和改法
help-command-list = 列出可以运行的演练
help-command-items = 打印培训用的一页：各种东西怎么烧、怎么灭
help-command-replay = 重放一份录像
help-command-verify = 运行验证算例，列出每项的应得值、实测值、容差、他人结果和依据
help-name = 算例名或其开头，例如 fire、crowd/rimea_1；默认全部
help-command-whatif = 用同一场火再推演，算出录像中每个决定的价值
help-scenario = 情景文件（RON）；也可写内置情景的路径
help-trainee = 由脚本代替学员行动，可多次给出；只写脚本名则用于所有学员
help-seed = 随机种子，默认 1
help-seeds = 依次运行种子 A 到 B（含两端）
help-play-as = 当哪个学员，默认第一个
help-play-out = 把录像存入此文件夹
help-set = 固定一个情景变量，可多次给出
help-seconds = 最多模拟多少秒
help-out = 把数据文件和录像写入此文件夹
help-every = 人员数据的间隔，秒（与 --out 同用）
help-format = 输出文字（text，默认）或 JSON（json）
help-path = 要检查的文件或文件夹
help-file = 录像文件
help-verify = 逐段核对状态，不一致时退出码为 1
help-lang = 语言：中文（zh）或英文（en）；默认随系统
help-help = 显示帮助
help-version = 显示版本

## 用错时

error-line = 错误：{ $text }
usage-unknown-command = 没有“{ $command }”这个命令。
usage-unknown-option = 不认识“{ $arg }”。
usage-missing = 缺少 { $arg }。
usage-twice = “{ $arg }”只能给出一次。
usage-conflict = “{ $arg }”不能与“{ $other }”同用。
usage-not-utf8 = 命令行里有无法识别的文字（不是 UTF-8）。
usage-no-value = “{ $arg }”后面缺少值。
usage-invalid-value = “{ $arg }”的值“{ $value }”不对，可用：{ $valid }。
usage-bad-value = “{ $arg }”的值“{ $value }”不对：
usage-other = 看不懂这条命令。
usage-suggestion = 是不是“{ $near }”？
usage-see-help = 用法见 firedrill --help。
usage-seed = 要写 0 或正整数。
usage-seeds = 要写成 A..B，例如 1..5，A 不大于 B，最多 10 万个。
usage-set = 要写成 变量=值，例如 cause=own_kitchen。
usage-trainee = 要写成 脚本 或 学员=脚本，例如 best 或 resident=best。
usage-seconds = 要写 0.05 到 86400 之间的秒数。
usage-every = 要写 0.05 到 3600 之间的秒数。

## 无法完成

error-output = 无法写出结果：{ $reason }。
error-output-hint = 请检查输出的去处。
error-missing-file = 找不到“{ $file }”。
error-missing-file-hint = 请检查路径；firedrill list 列出可用的演练。
error-missing-file-near = 是不是“{ $near }”？
error-is-folder = “{ $file }”是文件夹，不是文件。
error-is-folder-hint = 请给出其中的一个文件。
error-is-recording = “{ $file }”是演练录像，不是情景。
error-is-recording-hint = 用 firedrill replay 重放它，或给出情景文件。
error-permission = 没有权限读取“{ $file }”。
error-permission-hint = 请检查文件的权限。
error-too-large = “{ $file }”超过 { $mib } MiB。
error-too-large-hint = 请确认没有选错文件。
error-unreadable = 无法读取“{ $file }”：{ $reason }。
error-unreadable-hint = 请检查文件和磁盘。
error-empty-folder = 文件夹“{ $file }”里没有 .ron 文件。
error-empty-folder-hint = 请给出情景文件或含有情景文件的文件夹。
error-library = 环境变量 FIREDRILL_LIBRARY 指向的“{ $file }”不是文件夹。
error-library-hint = 请改正它，或取消这个变量以使用内置文件。
error-more = 另有 { $count } 个错误，用 firedrill check { $file } 查看。
error-no-reason = 情景无法使用，原因不明。
error-no-reason-hint = 请用 firedrill check 检查。
error-set-twice = 变量“{ $knob }”被设定了两次。
error-set-twice-hint = 请只留一个 --set。
error-no-trainee = 这个情景没有学员，--trainee 无处可用。
error-no-trainee-hint = 请去掉 --trainee。
error-unknown-trainee = 情景里没有学员“{ $id }”。
error-unknown-trainee-hint = 可用的学员：{ $ids }。
error-unknown-policy = 没有名为“{ $policy }”的脚本。
error-unknown-policy-hint = 可用的脚本：{ $policies }。
error-no-window = 这个版本不带窗口。
error-no-window-hint = 请使用带窗口的版本，或用 firedrill run 不开窗口地运行；用法见 firedrill --help。
error-write = 无法写出文件：{ $reason }。
error-write-hint = 请检查 --out 文件夹的权限和磁盘空间。
error-judgement = 评分规则不能使用：{ $reason }。
error-judgement-hint = 检查 assets/guidance 和 assets/rubrics，或去掉 FIREDRILL_LIBRARY。
error-unknown-case = 没有名为“{ $name }”的验证算例。
error-unknown-case-hint = 不写名称则全部运行。
error-unknown-case-near = 是否指“{ $near }”？
error-recording = “{ $file }”不能重放：{ $reason }。
error-recording-hint = 请给出 firedrill run --out 写出的 drill.rec。
error-whatif = 无法推演“{ $file }”：{ $reason }。
error-whatif-hint = 请给出本版本用 firedrill run --out 写出的 drill.rec。

## 检查

check-error = 错误
check-warning = 警告
check-corrected = 改为：
check-total = 检查了 { $files } 个文件：{ $errors } 个错误，{ $warnings } 个警告

## 列表

list-empty = 没有演练情景。
list-facts = { $minutes } 分钟 · 难度 { $difficulty }
list-left-out = 已略去：{ $text }

## 运行

run-title = { $title } · 种子 { $seed }
run-knob = {"  "}{ $knob } = { $value }
run-time = 模拟 { $simulated } 秒，用时 { $wall } 秒（{ $factor } 倍速）
run-people = 人员 { $people }：到达室外 { $out }，避难 { $sheltered }，受伤 { $injured }，丧失行动能力 { $incapacitated }
run-last-out = 最后一人到达室外：{ $time } 秒
run-fire = 火灾：峰值 { $peak } kW，起火物 { $items } 件
run-trainee = 学员 { $id }（脚本 { $policy }）
run-trainee-outcome = {"  "}结局：{ $state }，气体剂量 { $gas }，热剂量 { $heat }
run-exposure = {"    "}{ $storey }：{ $seconds } 秒，气体剂量 { $gas }，热剂量 { $heat }
run-hash = 状态哈希 { $hash }
run-files = 数据文件和录像在 { $dir }
state-asleep = 睡着
state-preparing = 醒着，尚未出发
state-moving = 在途中
state-waiting = 等候
state-sheltering = 避难待援
state-incapacitated = 丧失行动能力
state-out = 已到室外
state-absent = 未到场

## 重放

replay-done = { $scenario } · 种子 { $seed } · { $seconds } 秒 · 状态哈希 { $hash }
replay-same = 核对了 { $count } 处状态，全部一致
replay-not-computed = 本程序已不能重算这次演练：{ $reason }。录像由 { $program } 版制作，以下照录像原样显示。
replay-as-recorded = 本程序已不能算出同样的演练，录像由 { $program } 版制作。以下照录像原样显示。
replay-shown = { $time }  已到室外 { $out } 人，途中 { $moving } 人，固守 { $sheltered } 人，失能 { $incapacitated } 人，火 { $kw } 千瓦
replay-differs = 从第 { $tick } 步（{ $time } 秒）起与录像不一致

## 验证

verify-around = 应为 { $low } 至 { $high }
verify-at-least = 应不小于 { $low }
verify-at-most = 应不大于 { $high }
verify-formula = 公式
verify-experiment = 实验
verify-peer = 其他程序
verify-settings = 物理条件以外的设定：{ $settings }
verify-by-seed = 各种子：{ $values }
verify-known = 已知：{ $cause }
verify-stale = 记录过时：{ $name }（{ $quantity }）记为不通过，实际已通过，请从记录中删去
verify-total = 共 { $rows } 项：通过 { $passed }，已知不通过 { $known }，不通过 { $red }

## 反事实对照

whatif-replaying = 正在重放
whatif-differs = 本程序已不能重算这次演练：从 { $time } 秒起状态不一致
whatif-first = 最先得到的回答（{ $pairs } 对）：{ $title }
    { $sentence }
whatif-trainee = 学员 { $id } 的经过
whatif-effect = { $measure }：照原来 { $taken }，换一种做法 { $other }，相差 { $difference } { $unit }
whatif-not-computed = { $id } 未推演：{ $why }。
whatif-method = 每个决定之后，两边都由规则脚本继续；学员自己的经过列在最前。每个问题推演 { $pairs } 对，两边的偶然因素相同；方括号内为平均差的90%区间（成对观测的学生 t 分布，GB/T 3361-1982）。{ $threads } 个线程，{ $first } 秒后有第一个回答，{ $wall } 秒全部算完。
