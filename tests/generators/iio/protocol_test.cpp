// SPDX-License-Identifier: GPL-3.0-or-later
// The bytes of the protocol, and what the client library never sends.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <string>

#include "meterrig/ports/file_descriptor.h"
#include "served_bench.h"

using namespace meterrig;

namespace {

/// A client that sends what it is told.
class Line {
 public:
  explicit Line(const ServedBench& served) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(served.server->port()));
    BOOST_REQUIRE(
        ::connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
    const timeval patience{.tv_sec = 5, .tv_usec = 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  }
  void send(const std::string& text) {
    BOOST_REQUIRE(::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL) ==
                  static_cast<ssize_t>(text.size()));
  }
  std::string receive(std::size_t count) {
    std::string text(count, '\0');
    std::size_t done = 0;
    while (done < count) {
      const ssize_t came = ::recv(socket_.get(), text.data() + done, count - done, 0);
      if (came <= 0) break;
      done += static_cast<std::size_t>(came);
    }
    text.resize(done);
    return text;
  }
  std::string ask(const std::string& command, std::size_t count) {
    send(command + "\r\n");
    return receive(count);
  }
  /// Whether the server has closed its side and sent nothing more.
  bool ended() { return receive(1).empty(); }
  void half_close() { ::shutdown(socket_.get(), SHUT_WR); }

 private:
  ports::FileDescriptor socket_;
};

using namespace std::string_literals;

}  // namespace

BOOST_AUTO_TEST_SUITE(iio_protocol)

BOOST_AUTO_TEST_CASE(answers_are_framed_as_the_client_expects) {
  const ServedBench served = three_phase();
  Line line(served);
  BOOST_TEST(line.ask("VERSION", 13) == "0.24.v0.24  \n");
  BOOST_TEST(line.ask("TIMEOUT 2500", 2) == "0\n");
  BOOST_TEST(line.ask("ZPRINT", 4) == "-22\n");
  const std::string& xml = served.bench->xml();
  const std::string print = std::to_string(xml.size()) + "\n" + xml + "\n";
  BOOST_TEST(line.ask("PRINT", print.size()) == print);
  // The length counts the end of the value.
  BOOST_TEST(line.ask("READ iio:device0 OUTPUT voltage0 offset", 10) == "7\n-32768\0\n"s);
  BOOST_TEST(line.ask("READ iio:device0 OUTPUT voltage0 none", 3) == "-2\n");
  BOOST_TEST(line.ask("READ iio:device0 INPUT voltage0 offset", 3) == "-6\n");
  BOOST_TEST(line.ask("READ iio:device9 none", 4) == "-19\n");
  BOOST_TEST(line.ask("GETTRIG iio:device0", 3) == "-2\n");
  BOOST_TEST(line.ask("READ iio:device0 BUFFER", 13) ==
             "8\n\0\0\0\2"s
             "8\0\0\0\n"s);
  line.send("WRITE iio:device3 sampling_frequency 6\r\n64000\0"s);
  BOOST_TEST(line.receive(2) == "6\n");
  BOOST_TEST(line.ask("READ iio:device3 sampling_frequency", 9) == "6\n64000\0\n"s);
  line.send("\r\nEXIT\r\n");
  BOOST_TEST(line.ended());
}

BOOST_AUTO_TEST_CASE(a_refused_payload_is_taken_all_the_same) {
  const ServedBench served = three_phase();
  Line line(served);
  line.send("WRITE iio:device3 nothing 8\r\nVERSION\nTIMEOUT 1\n");
  BOOST_TEST(line.receive(5) == "-2\n0\n");
  line.send("WRITEBUF iio:device0 8\nVERSION\nTIMEOUT 1\n");  // not open
  BOOST_TEST(line.receive(5) == "-9\n0\n");
  BOOST_TEST(line.ask("OPEN iio:device0 16 00000003", 2) == "0\n");
  line.send("WRITEBUF iio:device0 7\nVERSIONTIMEOUT 1\n");  // not whole frames
  BOOST_TEST(line.receive(6) == "-22\n0\n");
}

BOOST_AUTO_TEST_CASE(a_buffer_is_opened_filled_and_closed) {
  const ServedBench served = three_phase();
  Line line(served);
  BOOST_TEST(line.ask("READBUF iio:device3 8", 3) == "-9\n");
  BOOST_TEST(line.ask("CLOSE iio:device3", 3) == "-9\n");
  BOOST_TEST(line.ask("OPEN iio:device3 2 00000101", 2) == "0\n");
  // Channel 0 and, on its own boundary, the time stamp: of frames 0 and 1 at 32 kHz.
  const std::string frames =
      "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"s
      "\0\0\0\0\0\0\0\0\x12\x7a\0\0\0\0\0\0"s;
  BOOST_TEST(line.ask("READBUF iio:device3 32", 44) == "32\n00000101\n" + frames);
  BOOST_TEST(line.ask("READBUF iio:device3 33", 4) == "-22\n");
  Line other(served);
  BOOST_TEST(other.ask("OPEN iio:device3 2 00000001", 4) == "-16\n");
  BOOST_TEST(other.ask("CLOSE iio:device3", 3) == "-9\n");
  BOOST_TEST(line.ask("CLOSE iio:device3", 2) == "0\n");
  BOOST_TEST(line.ask("CLOSE iio:device3", 3) == "-9\n");
  for (const char* wrong :
       {"OPEN iio:device3 0 00000001", "OPEN iio:device3 2 00000000", "OPEN iio:device3 2 00000200",
        "OPEN iio:device3 2 0000000000000001", "OPEN iio:device3 2 00000001 CYCLIC"})
    BOOST_TEST(line.ask(wrong, 4) == "-22\n", wrong);
}

BOOST_AUTO_TEST_CASE(a_cyclic_buffer_takes_one_block) {
  const ServedBench served = three_phase();
  Line line(served);
  BOOST_TEST(line.ask("OPEN iio:device0 2 00000001 CYCLIC", 2) == "0\n");
  line.send("WRITEBUF iio:device0 4\n\xff\xff\x80\x01");
  BOOST_TEST(line.receive(4) == "0\n4\n");
  line.send("WRITEBUF iio:device0 4\n\x80\x00\x80\x00"s);
  BOOST_TEST(line.receive(6) == "0\n-16\n");
  BOOST_TEST(served.bench->output("source-l1").volts.at(0) > 4.99);
}

BOOST_AUTO_TEST_CASE(the_end_of_input_is_a_close) {
  const ServedBench served = three_phase();
  Line line(served);
  BOOST_TEST(line.ask("OPEN iio:device0 1 00000001 CYCLIC", 2) == "0\n");
  line.send("WRITEBUF iio:device0 2\n\xff\xff");
  BOOST_TEST(line.receive(4) == "0\n2\n");
  BOOST_TEST(served.bench->output("source-l1").open);
  line.send("NONSENSE\r\n");
  line.half_close();
  BOOST_TEST(line.receive(4) == "-22\n");
  BOOST_TEST(line.ended());  // and no endless answers
  for (int i = 0; i < 2000 && served.bench->output("source-l1").open; ++i) usleep(1000);
  BOOST_TEST(!served.bench->output("source-l1").open);
  BOOST_TEST(served.bench->output("source-l1").volts.at(0) == 0);
}

BOOST_AUTO_TEST_CASE(a_line_without_end_is_not_waited_for) {
  const ServedBench served = three_phase();
  Line line(served);
  line.send(std::string(5000, 'A'));
  BOOST_TEST(line.ended());
}

BOOST_AUTO_TEST_CASE(only_this_machine_is_served) {
  auto bench = iio_server::VirtualBench::create(iio_server::m2k_bench(), {});
  BOOST_REQUIRE(bench.has_value());
  BOOST_TEST(name(iio_server::serve("0.0.0.0:0", **bench).error().code) ==
             name(ErrorCode::permission_denied));
}

BOOST_AUTO_TEST_SUITE_END()
