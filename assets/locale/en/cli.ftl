# The command line

## Help

help-firedrill = firedrill · a fire-drill simulator that computes smoke, crowd and what each decision was worth
help-head-usage = Usage:
help-head-commands = Commands
help-head-arguments = Arguments
help-head-options = Options
help-examples =
    Examples:
      firedrill list
      firedrill run scenarios/high_rise/night_smoke.ron --trainee best
      firedrill run scenarios/high_rise/night_smoke.ron --seeds 1..5 --format json
      firedrill run scenarios/high_rise/night_smoke.ron --out out
      firedrill whatif out/drill.rec
      firedrill check scenarios
    Exit codes: 0 done; 1 the answer is no (a check or a verification failed); 2 it could not be done
help-command-play = play a drill in the window; without a command its menu
help-command-run = Run a scenario without a window; give its outcome and score
help-command-check = Check scenario files; list every problem with its place and what to do
help-command-list = List the drills that can be run
help-command-items = Print the page for trainers: what burns how, and what puts it out
help-command-replay = Replay a recording
help-command-verify = Run the verification cases; give expected, measured, tolerance, peers and source of each
help-name = Name of a case or the beginning of one, such as fire or crowd/rimea_1; all by default
help-command-whatif = Compute what each decision of a recorded drill was worth, by running the same fire again
help-scenario = Scenario file (RON), or the path of a built-in one
help-trainee = A script that plays a trainee, repeatable; without an id it plays all of them
help-seed = Random seed, 1 by default
help-seeds = Run the seeds from A to B, both included, one after the other
help-play-as = which trainee to play, by default the first
help-play-out = keep the recording in this folder
help-set = Fix a knob of the scenario, repeatable
help-seconds = Simulate at most so many seconds
help-out = Write data files and the recording into this folder
help-every = Interval of the people's data, s (with --out)
help-format = Print text (text, the default) or JSON (json)
help-path = Files or folders to check
help-file = Recording
help-verify = Compare the states on the way; exit code 1 if they differ
help-lang = Language: Chinese (zh) or English (en); by default the system's
help-help = Show help
help-version = Show the version

## Misuse

error-line = Error: { $text }
usage-unknown-command = There is no command “{ $command }”.
usage-unknown-option = “{ $arg }” means nothing here.
usage-missing = { $arg } is missing.
usage-twice = “{ $arg }” can be given only once.
usage-conflict = “{ $arg }” does not go with “{ $other }”.
usage-not-utf8 = The command line holds text that cannot be read (not UTF-8).
usage-no-value = A value is missing after “{ $arg }”.
usage-invalid-value = “{ $value }” is no value for “{ $arg }”; possible: { $valid }.
usage-bad-value = “{ $value }” is no value for “{ $arg }”:
usage-other = This command line cannot be understood.
usage-suggestion = Perhaps “{ $near }”?
usage-see-help = See firedrill --help.
usage-seed = write 0 or a positive whole number.
usage-seeds = write A..B, such as 1..5, with A not above B and at most 100,000 seeds.
usage-set = write KNOB=VALUE, such as cause=own_kitchen.
usage-trainee = write POLICY or ID=POLICY, such as best or resident=best.
usage-seconds = write a number of seconds from 0.05 to 86400.
usage-every = write a number of seconds from 0.05 to 3600.

## Could not be done

error-output = The result could not be written: { $reason }.
error-output-hint = Check where the output goes.
error-missing-file = “{ $file }” was not found.
error-missing-file-hint = Check the path; firedrill list shows the drills there are.
error-missing-file-near = Perhaps “{ $near }”?
error-is-folder = “{ $file }” is a folder, not a file.
error-is-folder-hint = Name one of the files in it.
error-is-recording = “{ $file }” is a recording, not a scenario.
error-is-recording-hint = Play it again with firedrill replay, or name the scenario itself.
error-permission = “{ $file }” may not be read.
error-permission-hint = Check the permissions of the file.
error-too-large = “{ $file }” is larger than { $mib } MiB.
error-too-large-hint = Check that it is the file you meant.
error-unreadable = “{ $file }” could not be read: { $reason }.
error-unreadable-hint = Check the file and the disk.
error-empty-folder = There is no .ron file in the folder “{ $file }”.
error-empty-folder-hint = Name a scenario file or a folder that holds some.
error-library = FIREDRILL_LIBRARY names “{ $file }”, which is not a folder.
error-library-hint = Correct the variable, or unset it to use the built-in files.
error-more = There are { $count } more errors: see firedrill check { $file }.
error-no-reason = The scenario cannot be used, for a reason unknown.
error-no-reason-hint = Try firedrill check.
error-set-twice = The knob “{ $knob }” is set twice.
error-set-twice-hint = Keep one --set.
error-no-trainee = This scenario has no trainee for --trainee to play.
error-no-trainee-hint = Leave --trainee out.
error-unknown-trainee = The scenario has no trainee “{ $id }”.
error-unknown-trainee-hint = It has: { $ids }.
error-unknown-policy = There is no policy “{ $policy }”.
error-unknown-policy-hint = There are: { $policies }.
error-no-window = This build has no window.
error-no-window-hint = Use a build with the window, or firedrill run, which needs none; firedrill --help tells more.
error-write = A file could not be written: { $reason }.
error-write-hint = Check the permissions of the --out folder and the space on the disk.
error-judgement = The rules for judging cannot be used: { $reason }.
error-judgement-hint = Check assets/guidance and assets/rubrics, or unset FIREDRILL_LIBRARY.
error-unknown-case = There is no verification case “{ $name }”.
error-unknown-case-hint = firedrill verify without a name runs them all.
error-unknown-case-near = Perhaps “{ $near }”?
error-recording = “{ $file }” cannot be replayed: { $reason }.
error-recording-hint = Name a drill.rec written by firedrill run --out.
error-whatif = No what-if for “{ $file }”: { $reason }.
error-whatif-hint = Name a drill.rec that this version wrote with firedrill run --out.

## Checking

check-error = error
check-warning = warning
check-corrected = corrected:
check-total =
    { $files ->
        [one] { $files } file
       *[other] { $files } files
    } checked: { $errors ->
        [one] { $errors } error
       *[other] { $errors } errors
    }, { $warnings ->
        [one] { $warnings } warning
       *[other] { $warnings } warnings
    }

## Listing

list-empty = There are no drills.
list-facts = { $minutes } minutes · difficulty { $difficulty }
list-left-out = Left out: { $text }

## Running

run-title = { $title } · seed { $seed }
run-knob = {"  "}{ $knob } = { $value }
run-time = { $simulated } s simulated in { $wall } s ({ $factor } times real time)
run-people = { $people } people: { $out } out, { $sheltered } sheltered, { $injured } injured, { $incapacitated } incapacitated
run-last-out = Last one out: { $time } s
run-fire = Fire: peak { $peak } kW, { $items } items burnt
run-trainee = Trainee { $id } (policy { $policy })
run-trainee-outcome = {"  "}Outcome: { $state }, gas dose { $gas }, heat dose { $heat }
run-exposure = {"    "}{ $storey }: { $seconds } s, gas dose { $gas }, heat dose { $heat }
run-hash = State hash { $hash }
run-files = Data files and recording are in { $dir }
state-asleep = asleep
state-preparing = awake, not on the way yet
state-moving = on the way
state-waiting = waiting
state-sheltering = sheltering
state-incapacitated = incapacitated
state-out = out in the street
state-absent = not there yet

## Replaying

replay-done = { $scenario } · seed { $seed } · { $seconds } s · state hash { $hash }
replay-same = { $count } states compared, all equal
replay-not-computed = This version can no longer compute this drill: { $reason }. It was made by version { $program }; what follows is as it was recorded.
replay-as-recorded = This version no longer computes the same drill; version { $program } made it. What follows is as it was recorded.
replay-shown = { $time }  { $out } out, { $moving } on the way, { $sheltered } sheltering, { $incapacitated } incapacitated, fire { $kw } kW
replay-differs = Differs from the recording from tick { $tick } ({ $time } s) on

## Verifying

verify-around = should be { $low } to { $high }
verify-at-least = should be { $low } or more
verify-at-most = should be { $high } or less
verify-formula = formula
verify-experiment = experiment
verify-peer = other program
verify-settings = Sets beside physical inputs: { $settings }
verify-by-seed = By seed: { $values }
verify-known = Known: { $cause }
verify-stale = Out of date: { $name } ({ $quantity }) is recorded as failing and does not; strike it from the record
verify-total = { $rows ->
        [one] { $rows } row
       *[other] { $rows } rows
    }: { $passed } passed, { $known } known to fail, { $red } failed

## What if

whatif-replaying = Replaying
whatif-differs = this program no longer computes the same drill: the states differ from { $time } s on
whatif-first = First answer ({ $pairs } pairs): { $title }
    { $sentence }
whatif-trainee = Trainee { $id }: what happened
whatif-effect = { $measure }: { $taken } as decided, { $other } the other way; difference { $difference } { $unit }
whatif-not-computed = { $id } is not computed: { $why }.
whatif-method = After each decision the role's policy goes on in both arms; the trainee's own line stands at the top. { $pairs } pairs of runs a question, the same chance in both; in brackets the 90 % interval of the mean difference (Student's t for paired observations, ISO 3301:1975). { $threads } threads, first answer after { $first } s, all after { $wall } s.
