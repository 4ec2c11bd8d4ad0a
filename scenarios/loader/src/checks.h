// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "examination.h"
#include "meterrig/v1/bench.pb.h"
#include "meterrig/v1/calibration.pb.h"
#include "meterrig/v1/device.pb.h"
#include "meterrig/v1/instrument.pb.h"
#include "meterrig/v1/mutant.pb.h"
#include "meterrig/v1/order.pb.h"
#include "meterrig/v1/recording.pb.h"
#include "meterrig/v1/rf.pb.h"
#include "meterrig/v1/safety.pb.h"
#include "meterrig/v1/scenario.pb.h"
#include "meterrig/v1/standard.pb.h"
#include "meterrig/v1/suite.pb.h"
#include "meterrig/v1/twin.pb.h"

namespace meterrig::loader {

// What one field's rule cannot say, file by file; each in a source file of its own.

/// Row names once in the standard and found where they are named; each error row one greatest
/// current above its least; a class once in a row; what check_influence() looks at.
void check(const v1::StandardFile& file, Examination& examination);
/// Named tests exist, stand earlier and are of the right kind and load; durations, rule and looks
/// fit one another.
void check(const v1::SuiteFile& file, Examination& examination);
/// Imax at least In; one test output; registers apart, each with a quantity once and a unit of its
/// kind; line settings among those listed.
void check(const v1::DeviceFile& file, Examination& examination);
/// Commands and replies that can be read, of parameters that there are; limits on all that is sent;
/// the actions of the role, and read back all that a source sets.
void check(const v1::InstrumentFile& file, Examination& examination);
/// Three channels each; one kind of current sensor, its points rising; a burden and a corner of
/// noise where they belong; serial number and firmware as digits.
void check(const v1::TwinFile& file, Examination& examination);
/// At most three channels each, at least one at all, not too deep; an order once in a channel; what
/// a form's kind needs and no more; a band's ends; frequencies that are decimals and stay above 0.
void check(const v1::ScenarioFile& file, Examination& examination);
/// A terminals address for simulated devices alone; a unit once on a line; what check_hardware()
/// and check_certificates() look at.
void check(const v1::BenchFile& file, Examination& examination);
/// The lowest frequency not above the highest.
void check(const v1::LimitsFile& file, Examination& examination);
/// Its days, the later one later; frequencies that rise; a terminal once.
void check(const v1::CalibrationFile& file, Examination& examination);
/// Sizes within their range and used; a change of what may change; a suite once in a mutant.
void check(const v1::MutantFile& file, Examination& examination);
/// The date of receipt.
void check(const v1::OrderFile& file, Examination& examination);
/// A rate beside an encoding; a channel once, its scale not 0.
void check(const v1::RecordingFile& file, Examination& examination);
/// A band's ends; levels all of one kind.
void check(const v1::RfDisturbanceFile& file, Examination& examination);
/// Dates in order; a gain element once; rising frequencies; levels and powers all of one kind.
void check(const v1::RfCalibrationFile& file, Examination& examination);

}  // namespace meterrig::loader
