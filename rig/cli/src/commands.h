// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// One function a command; each prints for people and returns the exit status: 0 done, 1 failed, 2
// wrong usage or unreadable input, 3 not valid, 4 incomplete.
namespace meterrig::cli {

/// Where a device is, as the command line says it.
struct LinkOptions {
  std::string serial;           ///< of Modbus RTU
  std::string tcp;              ///< of Modbus TCP
  std::string grpc;             ///< of dut.proto
  std::string tls_authority;    ///< of the device's certificate; of gRPC, as the other three
  std::string tls_certificate;  ///< own
  std::string tls_key;
  std::string tls_name;    ///< expected in the device's certificate
  std::string inject;      ///< serial port, for samples in frames
  std::string inject_tcp;  ///< HOST:PORT, for the same
  int baud = 0;            ///< 0: the bench's or the factory's
  int unit = 0;
};

/// Files of a recording and what they do not say themselves.
struct RecordingOptions {
  std::vector<std::string> files;
  std::string rate;                ///< "12 kHz" or a number of hertz
  std::string encoding;            ///< of raw samples
  int channels = 0;                ///< interleaved in raw samples
  std::vector<std::string> hints;  ///< "NAME[=NEWNAME]:UNIT[:SCALE[:OFFSET]]"
};

struct CertifyOptions {
  std::string device;
  std::vector<std::string> suites;
  std::string bench;
  std::string order;
  std::string out;
  std::uint64_t seed = 1;
  std::vector<std::string> only;
  unsigned repeat = 1;
  std::string search;      ///< "worst", or empty
  int search_points = 40;  ///< of each search, at most
  bool plan = false;
  std::string acknowledge;  ///< a person, of a bench with hardware
  bool resume = false;
  bool json = false;
  std::string answers;  ///< file, of points that are left to a person
  LinkOptions link;
  std::string terminals;
  RecordingOptions recording;  ///< for suites that replay one; no files without
  std::int64_t first = 0;      ///< scan of it
  std::optional<std::int64_t> count;
};
int certify(const CertifyOptions& options, const std::atomic<bool>& stop);

struct RetestOptions {
  std::string run;
  std::vector<std::string> only;  ///< what did not pass when empty
  unsigned repeat = 1;
  std::string bench;        ///< where its file is, for what it refers to
  std::string acknowledge;  ///< a person, of a bench with hardware
  bool json = false;
};
int retest(const RetestOptions& options, const std::atomic<bool>& stop);

struct AnswerOptions {
  std::string run;
  std::string answers;  ///< file; asked for at the terminal when empty
  bool json = false;
};
int answer(const AnswerOptions& options, const std::atomic<bool>& stop);

struct ServeDeviceOptions {
  std::string device;
  std::string model;
  std::string terminals;
  std::string apply;
  LinkOptions link;                  ///< its TLS files are the device's
  std::string tls_client_authority;  ///< of who may call
};
int serve_device(const ServeDeviceOptions& options, const std::atomic<bool>& stop);

struct ReadDeviceOptions {
  std::string device;
  LinkOptions link;
  bool json = false;
};
int read_device(const ReadDeviceOptions& options);

struct WatchPulsesOptions {
  std::string grpc;
  std::string serial;
  std::string line = "cts";
  std::string width = "30 ms";
  bool active_low = false;
  std::string constant;
  std::optional<std::int64_t> count;
};
int watch_pulses(const WatchPulsesOptions& options, const std::atomic<bool>& stop);

struct SetSourceOptions {
  std::string bench;
  std::string voltage = "0 V";  ///< one value, or three separated by commas
  std::string current = "0 A";
  std::string displacement = "0 deg";
  std::string frequency = "50 Hz";
  std::string duration;     ///< until stopped when empty
  std::string acknowledge;  ///< person who acknowledges the interlocks
};
int set_source(const SetSourceOptions& options, const std::atomic<bool>& stop);
struct CalibrateSourceOptions {
  std::string bench;
  std::string out;
  std::string voltage;  ///< r.m.s. of the fundamental on every voltage output
  std::string current;
  std::string frequency = "50 Hz";
  std::string orders = "1-40";
  std::string due;          ///< first day on which the record no longer counts, YYYY-MM-DD
  std::string acknowledge;  ///< person who acknowledges the interlocks
  std::string plot;
  bool force = false;
};
int calibrate_source(const CalibrateSourceOptions& options, const std::atomic<bool>& stop);
/// Of `calibrate_source` alone: the process that owns the output and measures.
int run_calibration_process(const CalibrateSourceOptions& options, const std::atomic<bool>& stop);
int source_status();
int stop_sources();
/// Of `set_source` alone: the process that owns the output.
int run_source_process(const std::string& bench_file, const std::atomic<bool>& stop);

struct RfSweepOptions {
  std::string bench;
  std::string disturbance;
  std::string band = "general";
  std::string level;
  std::string modulation = "am";  ///< am, cw or pulse
  std::string from;               ///< the band's when empty, as `to`
  std::string to;
  std::string step;         ///< the standard's when empty, as `dwell`
  std::string dwell;        ///< at each frequency
  std::string out;          ///< JSON file
  std::string plot;         ///< SVG file
  bool plan = false;        ///< touch nothing
  std::string acknowledge;  ///< person who acknowledges the interlocks
};
/// 3 when a step is not valid.
int rf_sweep(const RfSweepOptions& options, const std::atomic<bool>& stop);

struct ServeInstrumentOptions {
  std::string instrument;
  std::string tcp;
  std::string link;           ///< to a pseudo-terminal
  std::string reference_tcp;  ///< of scpi-bench, its reference
  std::string reference_link;
  std::string pulse_output;  ///< of the device, on a pulse input
  std::string wiring_fault = "none";
  bool granted = false;   ///< of scpi-bench: time passes when its reference is told so
  std::string terminals;  ///< of a simulated device that hangs on its wires
  std::string board;      ///< of converters: "three-phase" or "m2k"; empty for the first
  bool paced = false;     ///< converters go by the wall clock
};
int serve_instrument(const ServeInstrumentOptions& options, const std::atomic<bool>& stop);

struct ReportOptions {
  std::string run;
  std::vector<std::string> formats;
  std::string out;
};
int report(const ReportOptions& options);

struct VerifyOptions {
  std::string run;
  std::string expected_chain;
};
int verify(const VerifyOptions& options);

struct MeasureOptions {
  RecordingOptions recording;
  std::int64_t first = 0;
  std::optional<std::int64_t> count;
  std::vector<std::string> pairs;  ///< "VOLTAGE:CURRENT"
  std::string nominal;
  std::string reference_voltage;
  bool json = false;
  std::string plot;
};
int measure(const MeasureOptions& options, const std::atomic<bool>& stop);

struct SynthOptions {
  std::string scenario;
  std::string out;
  std::string rate;
  std::string duration;
  std::string revision;  ///< "1991", "1999", "2013"; the newest when empty
  std::string encoding;  ///< the format's own when empty
  std::string plot;
  std::string splice;  ///< a recording that takes the scenario's place, when not empty
  std::string at;      ///< from there on
  std::string fade;    ///< none when empty
};
int synth(const SynthOptions& options, const std::atomic<bool>& stop);

struct MutantsOptions {
  std::string suite;
  std::string device = "smart-x96-5a";
  std::string bench = "in-process";
  std::string model;                   ///< of the meter without a defect; "good" when empty
  std::vector<std::string> mutants;    ///< all when empty
  std::vector<std::string> libraries;  ///< files; those that ship when empty
  bool without_mutants = false;        ///< only the meter without a defect
  std::vector<std::string> only;       ///< as of certify
  std::uint64_t seed = 1;
  int seeds = 1;
  bool smallest = false;
  unsigned jobs = 1;
  std::string out;
  bool json = false;
};
/// 1 when a mutant that must be found is not, one that cannot be seen is, or a meter without a
/// defect fails.
int mutants(const MutantsOptions& options, const std::atomic<bool>& stop);

struct ListOptions {
  std::string what;    ///< suites, devices, standards, benches, scenarios, sources or ports
  bool names = false;  ///< only those, one a line
  bool json = false;
  std::vector<std::string> compare;  ///< two standards, of which the rows that differ are shown
};
int list(const ListOptions& options);

struct DoctorOptions {
  std::string bench;        ///< only the machine when empty
  std::string device;       ///< expected at the bench's positions
  int due_within = 30;      ///< days, in which a certificate that is due is a warning
  bool self_test = false;   ///< puts out the bench's wiring check
  std::string acknowledge;  ///< person who has looked at the bench, for that
  bool json = false;
};
/// 3 when this machine or the bench is not fit.
int doctor(const DoctorOptions& options, const std::atomic<bool>& stop);

}  // namespace meterrig::cli
