// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <iostream>
#include <system_error>
#include <thread>

#include "commands.h"
#include "meterrig/scpi_simulator/wiring_fault.h"
#include "meterrig/version.h"
#include "rf_options.h"
#include "stop_signal.h"

namespace {

void add_link(CLI::App& command, meterrig::cli::LinkOptions& link) {
  command.add_option("--serial", link.serial, "serial port of the device's Modbus RTU");
  command.add_option("--tcp", link.tcp, "HOST:PORT of the device's Modbus TCP");
  command.add_option("--grpc", link.grpc, "HOST:PORT or unix:PATH of the device's dut.proto");
  command.add_option("--inject", link.inject,
                     "serial port of a device that takes samples in frames");
  command.add_option("--inject-tcp", link.inject_tcp, "HOST:PORT of one");
  command.add_option("--baud", link.baud, "baud rate of the serial port")
      ->check(CLI::Range(300, 12000000));
  command.add_option("--unit", link.unit, "Modbus address")->check(CLI::Range(1, 247));
}

/// What a caller of a device over gRPC needs for TLS.
void add_tls(CLI::App& command, meterrig::cli::LinkOptions& link) {
  command.add_option("--tls-authority", link.tls_authority,
                     "PEM file of the authority of the device's certificate; calls with TLS");
  command.add_option("--tls-certificate", link.tls_certificate,
                     "PEM file of the rig's certificate, for mutual TLS");
  command.add_option("--tls-key", link.tls_key, "PEM file of its key");
  command.add_option(
      "--tls-name", link.tls_name,
      "name expected in the device's certificate; the address's host when not given");
}

/// What a recording's files do not say, and which of its scans are meant.
template <class Options>
void add_recording_hints(CLI::App& command, Options& options) {
  meterrig::cli::RecordingOptions& recording = options.recording;
  command.add_option("--rate", recording.rate,
                     "samples a second, such as 12 kHz; needed where the file does not say");
  command.add_option("--encoding", recording.encoding, "of files without a header")
      ->check(CLI::IsMember({"s16le", "s16be", "s24le", "s32le", "f32le", "f64le", "hex16"}));
  command.add_option("--channels", recording.channels, "interleaved in files without a header")
      ->check(CLI::Range(1, 1000));
  command
      .add_option("--channel", recording.hints,
                  "NAME[=NEWNAME]:UNIT[:SCALE[:OFFSET]] of a channel by name or number from 1: the "
                  "value is SCALE times the sample plus OFFSET, in UNIT")
      ->allow_extra_args(false);
  command.add_option("--first", options.first, "number of the recording's first scan, from 0")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command.add_option("--count", options.count, "number of its scans; to the end when not given")
      ->check(CLI::PositiveNumber);
}

void add_calibration(CLI::App& command, meterrig::cli::CalibrateSourceOptions& options) {
  command.add_option("--bench", options.bench, "bench: a name or a file")->required();
  command.add_option("--out", options.out, "file of the record (.yaml)")->required();
  command
      .add_option("--due", options.due,
                  "first day on which the record no longer counts, YYYY-MM-DD")
      ->required();
  command.add_option("--voltage", options.voltage,
                     "r.m.s. of the fundamental on every voltage output, such as 230 V");
  command.add_option("--current", options.current, "likewise on every current output");
  command.add_option("--frequency", options.frequency, "of the fundamental")->capture_default_str();
  command.add_option("--orders", options.orders, "harmonics to measure at, such as 1-40 or 1,3,5")
      ->capture_default_str();
  command.add_option("--plot", options.plot, "SVG file for gain and angle over frequency");
  command.add_flag("--force", options.force, "replace files that are there");
  command.add_option("--acknowledge", options.acknowledge,
                     "name of the person who has looked at the bench and acknowledges its "
                     "interlocks and this start");
}

int parse_and_run(int argc, char** argv) {
  const meterrig::cli::StopSignal stop;
  CLI::App app{"Test and certification rig for electricity meters", "meterrig"};
  app.set_version_flag("--version", std::string("meterrig ") + meterrig::version);
  app.require_subcommand(1);
  app.footer(
      "Exit status: 0 pass or done; 1 a point failed; 2 wrong usage or input, nothing was switched "
      "on;\n"
      "3 a point is not valid; 4 conditional, manual, not run or stopped.");
  int status = 0;

  meterrig::cli::CertifyOptions certify;
  CLI::App* certify_command =
      app.add_subcommand("certify", "run suites on a device and write the reports");
  certify_command->add_option("--device", certify.device, "device profile: a name or a file")
      ->required();
  certify_command
      ->add_option("--suite", certify.suites, "suites, separated by commas: names or files")
      ->required()
      ->delimiter(',');
  certify_command->add_option("--bench", certify.bench, "bench: a name or a file")->required();
  certify_command->add_option("--order", certify.order,
                              "order file; without it the output is a test record");
  certify_command->add_option("--out", certify.out,
                              "folder of the run; runs/DEVICE_TIME when not given");
  certify_command->add_option("--seed", certify.seed, "of everything random")
      ->capture_default_str();
  certify_command
      ->add_option("--only", certify.only, "rows, tests or beginnings of point names to run")
      ->delimiter(',');
  certify_command->add_option("--repeat", certify.repeat, "measure each point so many times")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  CLI::Option* search_option =
      certify_command
          ->add_option(
              "--search", certify.search,
              "worst: look between the points of the standard for the one where the device "
              "is worst")
          ->check(CLI::IsMember({"worst"}));
  certify_command
      ->add_option("--search-points", certify.search_points, "that a search measures at most")
      ->needs(search_option)
      ->check(CLI::Range(1, 200))
      ->capture_default_str();
  certify_command->add_flag("--plan", certify.plan, "print the points and touch nothing");
  certify_command->add_option("--acknowledge", certify.acknowledge,
                              "who acknowledges the interlocks of a bench with hardware");
  certify_command->add_flag("--resume", certify.resume, "go on with the run in --out");
  certify_command->add_flag("--json", certify.json, "print run.json on standard output");
  certify_command->add_option("--answers", certify.answers,
                              "file of what a person found at manual points");
  certify_command->add_option("--terminals", certify.terminals,
                              "terminals of a simulated device, instead of the bench's");
  certify_command->add_option(
      "--recording", certify.recording.files,
      "recording for suites that replay one: COMTRADE, WAV, FLAC, CSV, raw; "
      "several are channels of one time base");
  add_recording_hints(*certify_command, certify);
  add_link(*certify_command, certify.link);
  add_tls(*certify_command, certify.link);
  certify_command->callback([&] { status = meterrig::cli::certify(certify, stop.flag()); });

  meterrig::cli::RetestOptions retest;
  CLI::App* retest_command =
      app.add_subcommand("retest", "measure points of a stored run again; all results stay");
  retest_command->add_option("run", retest.run, "folder of the run, or its run.sqlite")->required();
  retest_command
      ->add_option("--only", retest.only,
                   "rows, tests or beginnings of point names; what did not pass when not given")
      ->delimiter(',');
  retest_command->add_option("--repeat", retest.repeat, "measure each point so many times")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  retest_command->add_option("--bench", retest.bench,
                             "the run's bench, where its file refers to files beside it");
  retest_command->add_option("--acknowledge", retest.acknowledge,
                             "who acknowledges the interlocks of a bench with hardware");
  retest_command->add_flag("--json", retest.json, "print run.json on standard output");
  retest_command->callback([&] { status = meterrig::cli::retest(retest, stop.flag()); });

  meterrig::cli::AnswerOptions answer;
  CLI::App* answer_command =
      app.add_subcommand("answer", "record what a person found at manual points of a stored run");
  answer_command->add_option("run", answer.run, "folder of the run, or its run.sqlite")->required();
  answer_command->add_option("--answers", answer.answers,
                             "file of the answers; asked for at the terminal when not given");
  answer_command->add_flag("--json", answer.json, "print run.json on standard output");
  answer_command->callback([&] { status = meterrig::cli::answer(answer, stop.flag()); });

  CLI::App* device_command =
      app.add_subcommand("device", "serve a simulated device, or read a device");
  device_command->require_subcommand(1);
  meterrig::cli::ServeDeviceOptions serve;
  CLI::App* serve_command = device_command->add_subcommand(
      "serve", "run a simulated device on a real port until stopped");
  serve_command->add_option("device", serve.device, "device profile: a name or a file")->required();
  serve_command->add_option("--model", serve.model,
                            "error model: a name or a file; good when not given");
  serve_command->add_option("--terminals", serve.terminals,
                            "where volts and time reach it: unix:PATH or HOST:PORT on loopback");
  serve_command->add_option("--apply", serve.apply,
                            "scenario file to live through by the wall clock");
  add_link(*serve_command, serve.link);
  serve_command->get_option("--grpc")->description(
      "HOST:PORT or unix:PATH where dut.proto is served; time moves by its grants");
  serve_command->add_option("--tls-certificate", serve.link.tls_certificate,
                            "PEM file of the device's certificate; gRPC is served with TLS");
  serve_command->add_option("--tls-key", serve.link.tls_key, "PEM file of its key");
  serve_command->add_option("--tls-client-authority", serve.tls_client_authority,
                            "PEM file of the authority of who may call: mutual TLS");
  serve_command->get_option("--serial")
      ->description("serial port, or pty:LINK to make a pseudo-terminal and a link to it");
  serve_command->get_option("--inject")
      ->description("serial port or pty:LINK where samples come in frames; --baud is then its own");
  serve_command->get_option("--inject-tcp")->description("the same on 127.0.0.1:PORT");
  serve_command->callback([&] { status = meterrig::cli::serve_device(serve, stop.flag()); });
  meterrig::cli::ReadDeviceOptions read;
  CLI::App* read_command =
      device_command->add_subcommand("read", "read all quantities of a device once");
  read_command->add_option("device", read.device, "device profile: a name or a file")->required();
  read_command->add_flag("--json", read.json, "as JSON");
  add_link(*read_command, read.link);
  add_tls(*read_command, read.link);
  read_command->callback([&] { status = meterrig::cli::read_device(read); });

  meterrig::cli::WatchPulsesOptions watch;
  CLI::App* watch_command =
      device_command->add_subcommand("pulses", "print the pulses of a device as they come");
  watch_command->add_option("--grpc", watch.grpc, "HOST:PORT or unix:PATH of its dut.proto");
  watch_command->add_option("--serial", watch.serial,
                            "serial port to whose modem line a pulse output is wired");
  watch_command->add_option("--line", watch.line, "modem line: cts, dsr, dcd or ri")
      ->capture_default_str();
  watch_command->add_option("--width", watch.width, "shortest pulse, and pause after it")
      ->capture_default_str();
  watch_command->add_flag("--active-low", watch.active_low, "the line is off during a pulse");
  watch_command->add_option("--constant", watch.constant,
                            "meter constant, such as 3200 imp/kWh: prints the mean power too");
  watch_command->add_option("--count", watch.count, "pulses to wait for; until stopped without")
      ->check(CLI::PositiveNumber);
  watch_command->callback([&] { status = meterrig::cli::watch_pulses(watch, stop.flag()); });

  meterrig::cli::ServeInstrumentOptions instrument;
  CLI::App* instrument_command =
      app.add_subcommand("instrument", "serve a simulated bench instrument");
  instrument_command->require_subcommand(1);
  CLI::App* serve_instrument_command = instrument_command->add_subcommand(
      "serve", "run a simulated instrument that speaks its real protocol, until stopped");
  serve_instrument_command->add_option("instrument", instrument.instrument, "which one")
      ->required()
      ->check(CLI::IsMember({"scpi-source", "scpi-reference", "scpi-bench", "calmet", "iio"}));
  serve_instrument_command->add_option("--tcp", instrument.tcp, "such as 127.0.0.1:5025");
  serve_instrument_command->add_option("--pty", instrument.link,
                                       "name of a link to a pseudo-terminal, made for it");
  serve_instrument_command->add_option("--reference-tcp", instrument.reference_tcp,
                                       "of scpi-bench: where its reference meter is");
  serve_instrument_command->add_option("--reference-pty", instrument.reference_link, "likewise");
  serve_instrument_command->add_option(
      "--pulse-output", instrument.pulse_output,
      "of the device, such as S0-2, on the pulse input of scpi-bench or input voltage6 of iio");
  std::vector<std::string> faults;
  faults.reserve(meterrig::scpi::simulator::wiring_faults.size());
  for (const auto& [name, fault] : meterrig::scpi::simulator::wiring_faults)
    faults.emplace_back(name);
  serve_instrument_command
      ->add_option("--wiring-fault", instrument.wiring_fault,
                   "between source and terminals, for a look at what is said of it")
      ->check(CLI::IsMember(faults));
  serve_instrument_command->add_flag(
      "--granted", instrument.granted,
      "of scpi-bench: time passes as the controller says, for simulated-scpi-reference");
  serve_instrument_command->add_option(
      "--terminals", instrument.terminals,
      "of a simulated device that gets the voltages and currents: unix:PATH or HOST:PORT");
  serve_instrument_command
      ->add_option("--board", instrument.board,
                   "of iio: which converters, three-phase (unless given) or m2k")
      ->check(CLI::IsMember({"three-phase", "m2k"}));
  serve_instrument_command->add_flag("--paced", instrument.paced,
                                     "of iio: go by the wall clock, not as fast as it is read");
  serve_instrument_command->callback(
      [&] { status = meterrig::cli::serve_instrument(instrument, stop.flag()); });

  CLI::App* source_command = app.add_subcommand("source", "put voltages and currents out by hand");
  source_command->require_subcommand(1);
  meterrig::cli::SetSourceOptions set;
  CLI::App* set_command = source_command->add_subcommand(
      "set", "put a point out, within the bench's limits, until stopped");
  set_command->add_option("--bench", set.bench, "bench: a name or a file")->required();
  set_command->add_option("--voltage", set.voltage, "230 V, or three of L1, L2, L3: 230 V,0 V,0 V")
      ->capture_default_str();
  set_command->add_option("--current", set.current, "likewise")->capture_default_str();
  set_command
      ->add_option("--displacement", set.displacement,
                   "phi = phi_u - phi_i, likewise; positive when the current lags")
      ->capture_default_str();
  set_command->add_option("--frequency", set.frequency, "of all")->capture_default_str();
  set_command->add_option("--duration", set.duration, "such as 10 min; until stopped without");
  set_command->add_option("--acknowledge", set.acknowledge,
                          "name of the person who has looked at the bench and acknowledges its "
                          "interlocks and this start");
  set_command->callback([&] { status = meterrig::cli::set_source(set, stop.flag()); });
  meterrig::cli::CalibrateSourceOptions calibrate;
  CLI::App* calibrate_command = source_command->add_subcommand(
      "calibrate", "measure converters and amplifiers with the bench's reference over frequency");
  add_calibration(*calibrate_command, calibrate);
  calibrate_command->callback(
      [&] { status = meterrig::cli::calibrate_source(calibrate, stop.flag()); });
  source_command
      ->add_subcommand("status", "which outputs are held by which process, and what was done last")
      ->callback([&] { status = meterrig::cli::source_status(); });
  app.add_subcommand("stop", "switch every output off that a process of this user holds")
      ->callback([&] { status = meterrig::cli::stop_sources(); });
  std::string source_bench;
  CLI::App* process_command = app.add_subcommand("source-process", "");
  process_command->group("");  // not for people: `source set` starts it
  process_command->add_option("bench", source_bench, "")->required();
  process_command->callback(
      [&] { status = meterrig::cli::run_source_process(source_bench, stop.flag()); });

  CLI::App* calibration_process_command = app.add_subcommand("calibration-process", "");
  calibration_process_command->group("");  // not for people: `source calibrate` starts it
  add_calibration(*calibration_process_command, calibrate);
  calibration_process_command->callback(
      [&] { status = meterrig::cli::run_calibration_process(calibrate, stop.flag()); });

  meterrig::cli::add_rf(app, stop.flag(), status);

  meterrig::cli::MeasureOptions measure;
  CLI::App* measure_command =
      app.add_subcommand("measure", "measure a recorded waveform: COMTRADE, WAV, FLAC, CSV, raw");
  measure_command
      ->add_option(
          "file", measure.recording.files,
          "recording, or its description (.yaml); several are channels of one time base, such "
          "as one file a channel")
      ->required();
  add_recording_hints(*measure_command, measure);
  measure_command
      ->add_option("--pair", measure.pairs,
                   "VOLTAGE:CURRENT by name or id, once for each pair; by phase when not given")
      ->allow_extra_args(false);
  measure_command->add_option("--nominal", measure.nominal, "nominal frequency, such as 50 Hz");
  measure_command->add_option(
      "--reference-voltage", measure.reference_voltage,
      "of dips and swells, such as 230 V; the sliding reference of IEC 61000-4-30 when not given");
  measure_command->add_flag("--json", measure.json, "as JSON");
  measure_command->add_option("--plot", measure.plot,
                              "SVG file for waveforms, spectrum and phasors");
  measure_command->callback([&] { status = meterrig::cli::measure(measure, stop.flag()); });

  meterrig::cli::SynthOptions synth;
  CLI::App* synth_command =
      app.add_subcommand("synth", "compute the samples of a scenario, write or draw them");
  synth_command->add_option("scenario", synth.scenario, "scenario: a name or a file")->required();
  synth_command->add_option("--out", synth.out,
                            "file to write: .cfg or .cff (COMTRADE), .wav, .flac or .csv");
  synth_command->add_option("--rate", synth.rate, "samples a second; 12.8 kHz when not given");
  synth_command->add_option("--duration", synth.duration, "such as 10 s; 1 s when not given");
  synth_command->add_option("--revision", synth.revision, "of COMTRADE; 2013 when not given")
      ->check(CLI::IsMember({"1991", "1999", "2013"}));
  synth_command
      ->add_option("--encoding", synth.encoding, "of the samples; the format's own when not given")
      ->check(
          CLI::IsMember({"ascii", "binary16", "binary32", "float32", "float64", "pcm16", "pcm24"}));
  synth_command->add_option("--plot", synth.plot, "SVG file for waveforms, spectrum and phasors");
  CLI::Option* splice = synth_command->add_option(
      "--splice", synth.splice,
      "recording, or its description (.yaml), that takes the scenario's place for its length");
  CLI::Option* at =
      synth_command->add_option("--at", synth.at, "begin of the recording, such as 0.4 s");
  CLI::Option* fade = synth_command->add_option(
      "--fade", synth.fade,
      "from the one to the other at either end, such as 1 ms; none when not "
      "given");
  splice->needs(at);
  at->needs(splice);
  fade->needs(splice);
  synth_command->callback([&] { status = meterrig::cli::synth(synth, stop.flag()); });

  meterrig::cli::ReportOptions report;
  CLI::App* report_command =
      app.add_subcommand("report", "write the reports of a stored run again");
  report_command->add_option("run", report.run, "folder of the run, or its run.sqlite")->required();
  report_command->add_option("--format", report.formats, "html, junit, json; all when not given")
      ->delimiter(',')
      ->check(CLI::IsMember({"html", "junit", "json"}));
  report_command->add_option("--out", report.out, "folder to write to; the run's when not given");
  report_command->callback([&] { status = meterrig::cli::report(report); });

  meterrig::cli::VerifyOptions verify;
  CLI::App* verify_command =
      app.add_subcommand("verify", "check a stored run's chain and compute every verdict again");
  verify_command->add_option("run", verify.run, "folder of the run, or its run.sqlite")->required();
  verify_command->add_option("--chain", verify.expected_chain,
                             "chain hash that a report of the run prints");
  verify_command->callback([&] { status = meterrig::cli::verify(verify); });

  meterrig::cli::MutantsOptions mutants;
  mutants.jobs = std::max(1U, std::thread::hardware_concurrency());
  CLI::App* mutants_command = app.add_subcommand(
      "mutants", "which meter defects a suite finds, on simulated meters in virtual time");
  mutants_command->add_option("--suite", mutants.suite, "suite: a name or a file")->required();
  mutants_command->add_option("--device", mutants.device, "device profile: a name or a file")
      ->capture_default_str();
  mutants_command->add_option("--bench", mutants.bench, "simulated bench: a name or a file")
      ->capture_default_str();
  mutants_command->add_option("--model", mutants.model,
                              "error model of the meter before it gets a defect; good when not "
                              "given");
  mutants_command->add_option("--mutant", mutants.mutants, "defects to try; all when not given")
      ->delimiter(',');
  CLI::Option* library_option = mutants_command->add_option(
      "--library", mutants.libraries, "files of mutants; those that ship when not given");
  mutants_command->add_option("--only", mutants.only, "rows, tests or points to run")
      ->delimiter(',');
  mutants_command->add_option("--seed", mutants.seed, "of all random numbers")
      ->capture_default_str();
  mutants_command
      ->add_option("--seeds", mutants.seeds,
                   "runs of the meter without a defect, each with a seed of its own, for the rate "
                   "of false alarms")
      ->check(CLI::Range(0, 1000000))
      ->capture_default_str();
  mutants_command
      ->add_flag("--without-mutants", mutants.without_mutants,
                 "try only the meter without a defect")
      ->excludes("--mutant")
      ->excludes(library_option);
  mutants_command->add_flag("--smallest", mutants.smallest,
                            "look for the smallest size of each defect that is found");
  mutants_command
      ->add_option("--jobs", mutants.jobs,
                   "runs at a time; as many as there are cores "
                   "when not given")
      ->check(CLI::Range(1, 256));
  mutants_command->add_option("--out", mutants.out,
                              "folder for mutants.html, the matrix, and mutants.json");
  mutants_command->add_flag("--json", mutants.json, "as JSON on standard output");
  mutants_command->callback([&] { status = meterrig::cli::mutants(mutants, stop.flag()); });

  meterrig::cli::ListOptions list;
  CLI::App* list_command = app.add_subcommand(
      "list", "what there is: suites, devices, standards, benches, scenarios, sources, ports");
  list_command
      ->add_option("what", list.what,
                   "suites, devices, standards, benches, scenarios, sources or ports")
      ->required()
      ->check(CLI::IsMember(
          {"suites", "devices", "standards", "benches", "scenarios", "sources", "ports"}));
  list_command->add_flag("--names", list.names, "only names, one a line");
  list_command->add_flag("--json", list.json, "as JSON")->excludes("--names");
  list_command
      ->add_option("--compare", list.compare,
                   "with standards: the rows in which these two differ, such as two editions")
      ->expected(2)
      ->type_name("STANDARD STANDARD")
      ->excludes("--names");
  list_command->callback([&] { status = meterrig::cli::list(list); });

  meterrig::cli::DoctorOptions doctor;
  CLI::App* doctor_command =
      app.add_subcommand("doctor", "check whether this machine and a bench are fit");
  doctor_command->add_option("--bench", doctor.bench, "bench: a name or a file");
  doctor_command
      ->add_option("--device", doctor.device,
                   "device profile expected at its positions: a name or a file")
      ->needs("--bench");
  doctor_command->add_flag("--json", doctor.json, "as JSON");
  doctor_command
      ->add_option("--due-within", doctor.due_within,
                   "days: a calibration that is due in them is a warning")
      ->needs("--bench")
      ->check(CLI::Range(0, 3650))
      ->capture_default_str();
  CLI::Option* self_test_option =
      doctor_command
          ->add_flag("--self-test", doctor.self_test,
                     "put out the bench's wiring check and read it with its reference")
          ->needs("--bench");
  CLI::Option* person_option =
      doctor_command->add_option("--acknowledge", doctor.acknowledge,
                                 "name of the person who has looked at the bench, for --self-test");
  self_test_option->needs(person_option);
  person_option->needs(self_test_option);
  doctor_command->callback([&] { status = meterrig::cli::doctor(doctor, stop.flag()); });

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // --help and --version end here too, with 0.
    return app.exit(error) == 0 ? 0 : 2;
  }
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return parse_and_run(argc, argv);
  } catch (const std::system_error& error) {
    // Who reads our output has seen enough, such as head.
    if (error.code() == std::errc::broken_pipe) return 128 + SIGPIPE;
    std::cerr << "meterrig: internal error: " << error.what() << '\n';
    return 3;
  } catch (const std::exception& error) {
    std::cerr << "meterrig: internal error: " << error.what() << '\n';
    return 3;
  }
}
