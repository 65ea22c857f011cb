// The workloads as SimGrid actors: `actors WORKLOAD N…` prints a line of JSON. A tick is a second.
//
// There is one engine in a process, so it runs once, whatever `--repeat` says.

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <fstream>
#include <memory>
#include <string>
#include <sys/resource.h>
#include <chrono>
#include <vector>

#include <simgrid/s4u.hpp>

namespace sg4 = simgrid::s4u;

static uint64_t total = 0;
static uint64_t operations = 0;
static std::vector<uint64_t> checksum;
static sg4::Host* host = nullptr;

static uint32_t seed(uint32_t i) { return (i + 1) * 2654435769u; }

static uint32_t xs32(uint32_t& x)
{
  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  return x;
}

static uint64_t exp_ticks(uint32_t& x, double rate)
{
  double uniform = (xs32(x) + 0.5) / 4294967296.0;
  return static_cast<uint64_t>(std::floor(-std::log(uniform) / rate * 1e6)) + 1;
}

static uint64_t now() { return static_cast<uint64_t>(std::llround(sg4::Engine::get_clock())); }

static void nap(uint64_t ticks) { sg4::this_actor::sleep_for(static_cast<double>(ticks)); }

template <class Body> static sg4::ActorPtr spawn(Body body) { return sg4::Actor::create("actor", host, body); }

static void sleepers(uint32_t n, uint32_t k)
{
  for (uint32_t i = 0; i < n; i++)
    spawn([i, k] {
      uint32_t x = seed(i);
      for (uint32_t turn = 0; turn < k; turn++) {
        nap(1 + (xs32(x) & 0xFFFF));
        total += now();
        operations++;
      }
    });
}

static void queue(uint32_t n)
{
  spawn([n] {
    auto server = sg4::Mutex::create();
    uint32_t xa = seed(0), xs = seed(1);
    for (uint32_t i = 0; i < n; i++) {
      nap(exp_ticks(xa, 1.0));
      uint64_t service = exp_ticks(xs, 1.25);
      spawn([server, service] {
        uint64_t came = now();
        server->lock();
        nap(service);
        server->unlock();
        total += now() - came;
        operations++;
      });
    }
  });
}

// Mailboxes move bytes over a network and take time; a channel that takes none is a queue and a semaphore.
struct Channel {
  std::deque<uint64_t> tokens;
  sg4::SemaphorePtr full = sg4::Semaphore::create(0);

  void send(uint64_t token)
  {
    tokens.push_back(token);
    full->release();
  }

  uint64_t receive()
  {
    full->acquire();
    uint64_t token = tokens.front();
    tokens.pop_front();
    return token;
  }
};

static void ring(uint32_t p, uint64_t h)
{
  auto links = std::make_shared<std::vector<Channel>>(p);
  for (uint32_t i = 0; i < p; i++) {
    auto station = spawn([links, i, p] {
      while (true) {
        uint64_t token = (*links)[i].receive();
        if (token == 0) {
          total = i;
          sg4::Actor::kill_all();
          return;
        }
        (*links)[(i + 1) % p].send(token - 1);
      }
    });
  }
  spawn([links, h] { (*links)[0].send(h); });
  operations = h;
}

static void phold(uint32_t p, uint32_t m, uint64_t until)
{
  auto streams = std::make_shared<std::vector<uint32_t>>();
  for (uint32_t i = 0; i < p; i++)
    streams->push_back(seed(i));
  for (uint32_t i = 0; i < p * m; i++)
    spawn([streams, from = i / m, p, until] {
      uint32_t at = from, to = from;
      while (true) {
        uint64_t delay = 100000 + exp_ticks((*streams)[at], 1.0);
        if (now() + delay > until)
          return;
        nap(delay);
        total += now();
        operations++;
        at = to;
        to = xs32((*streams)[at]) % p;
      }
    });
}

static void fork_join(uint32_t r, uint32_t c)
{
  spawn([r, c] {
    for (uint32_t round = 0; round < r; round++) {
      std::vector<sg4::ActorPtr> children;
      for (uint32_t i = round * c; i < (round + 1) * c; i++)
        children.push_back(spawn([i] {
          uint32_t x = seed(i);
          nap(1 + (xs32(x) & 1023));
          operations++;
        }));
      for (auto& child : children)
        child->join();
      total += now();
    }
  });
}

static void mutex(uint32_t n, uint32_t k)
{
  auto lock = sg4::Mutex::create();
  for (uint32_t i = 0; i < n; i++)
    spawn([lock, i, k] {
      for (uint32_t turn = 0; turn < k; turn++) {
        lock->lock();
        nap(1);
        lock->unlock();
        operations++;
      }
      total += now() * (i + 1);
    });
}

// A line of /proc/self/status, in bytes; 0 where there is none.
static uint64_t status(const std::string& name)
{
  std::ifstream lines("/proc/self/status");
  for (std::string line; std::getline(lines, line);)
    if (line.rfind(name, 0) == 0)
      return std::stoull(line.substr(name.size())) * 1024;
  return 0;
}

static double seconds(const timeval& time) { return static_cast<double>(time.tv_sec) + time.tv_usec / 1e6; }

int main(int argc, char** argv)
{
  std::vector<std::string> words;
  for (int i = 1; i < argc; i++)
    if (std::string(argv[i]) == "--repeat")
      i++;
    else
      words.emplace_back(argv[i]);
  auto number = [&words](size_t n) { return std::stoull(words.at(n)); };

  // Small stacks and no guard pages, so that many fit; no log.
  std::vector<std::string> settings = {"actors", "--cfg=contexts/stack-size:16", "--cfg=contexts/guard-size:0",
                                       "--log=root.thres:critical"};
  std::vector<char*> pointers;
  for (auto& setting : settings)
    pointers.push_back(setting.data());
  int count = static_cast<int>(pointers.size());
  pointers.push_back(nullptr);
  sg4::Engine engine(&count, pointers.data());
  auto* zone = sg4::create_full_zone("world");
  host       = zone->create_host("host", "1Gf");
  zone->seal();

  rusage before, after;
  uint64_t resident = status("VmRSS:");
  getrusage(RUSAGE_SELF, &before);
  auto start = std::chrono::steady_clock::now();
  const std::string& name = words.at(0);
  if (name == "w1")
    sleepers(number(1), number(2));
  else if (name == "w2")
    queue(number(1));
  else if (name == "w3")
    ring(number(1), number(2));
  else if (name == "w4")
    phold(number(1), number(2), number(3) * 1000000);
  else if (name == "w5")
    fork_join(number(1), number(2));
  else if (name == "w6")
    mutex(number(1), number(2));
  else
    return 2;
  engine.run();
  getrusage(RUSAGE_SELF, &after);
  double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  uint64_t peak = status("VmHWM:");
  checksum = {total};
  if (name == "w4")
    checksum.push_back(operations);
  std::string sum;
  for (uint64_t part : checksum)
    sum += (sum.empty() ? "" : ", ") + std::to_string(part);
  std::printf("{\"operations\": %llu, \"user\": %f, \"system\": %f, \"wall\": %f, \"bytes\": %llu, \"checksum\": \"%s\"}\n",
              static_cast<unsigned long long>(operations), seconds(after.ru_utime) - seconds(before.ru_utime),
              seconds(after.ru_stime) - seconds(before.ru_stime), wall,
              static_cast<unsigned long long>(peak > resident ? peak - resident : 0), sum.c_str());
  std::fflush(stdout);
  // Taking a great many actors apart is no part of the workload.
  std::_Exit(0);
}
