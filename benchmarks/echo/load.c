/* Sends prepared frames over one link and keeps so many in flight; so fast that it limits no server written in Python.
   Usage: load PORT AUTHORITY CERTIFICATE KEY GREETING NUMBER_AT; then on standard input lines "FILE IN_FLIGHT SECONDS", each answered by a line of JSON.
   FILE holds whole frames; they are sent round and round. The link is opened by the first line and closed by "- 0 0".
   GREETING ("-" = none) is a file of frames sent first, each after the answer to the one before. NUMBER_AT (0 = none) is where in a frame the question's
   number stands as MessagePack uint32: it is counted up, and frames that come back are told apart by the kind, two bytes before it.
   Times assume that answers come in the order of the questions. */
#include "tls.h"
#include <time.h>

enum { ANSWER = 3, REFUSE = 4, FIRST_NUMBER = 1 << 16, ROOM = 4 * READ_BYTES, WINDOW_MAX = 4096, TIMES_MAX = 1 << 18 };
struct prepared { unsigned char *bytes; size_t size, at; };
struct run { double sent_at[WINDOW_MAX], times_us[TIMES_MAX]; size_t sent, done, refused, timed, bytes_in, bytes_out, smallest, largest; };
struct inbox { unsigned char bytes[ROOM]; size_t held, last; };
static unsigned char outbox[ROOM];
static struct inbox in;
static struct run run;
static size_t number_at;
static int greeting;
static uint32_t number = FIRST_NUMBER;

static double now_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct prepared prepared_frames(const char *path) {
    FILE *file = fopen(path, "rb");
    must(file != NULL, path);
    fseek(file, 0, SEEK_END);
    struct prepared frames = {.size = (size_t)ftell(file)};
    rewind(file);
    frames.bytes = malloc(frames.size + 1);
    must(frames.bytes && fread(frames.bytes, 1, frames.size, file) == frames.size, "read frames");
    fclose(file);
    return frames;
}

static void put_number(unsigned char *frame) {
    number++;
    for (int i = 0; i < 4; i++) frame[number_at + 1 + (size_t)i] = (unsigned char)(number >> (24 - 8 * i));
}

static void send_until_full(SSL *link, struct prepared *frames, size_t in_flight) {
    size_t filled = 0;
    double at = now_s();
    while (run.sent - run.done < in_flight) {
        size_t size = PREFIX_BYTES + prefix_of(frames->bytes + frames->at);
        if (filled + size > ROOM) break;
        memcpy(outbox + filled, frames->bytes + frames->at, size);
        if (number_at && !greeting) put_number(outbox + filled);
        filled += size;
        if ((frames->at += size) >= frames->size) frames->at = 0;
        run.sent_at[run.sent++ % WINDOW_MAX] = at;
    }
    if (filled > 0) must(SSL_write(link, outbox, (int)filled) > 0, "write");
    run.bytes_out += filled;
}

static void count_one(size_t size, double at, size_t stride) {
    if (run.done % stride == 0 && run.timed < TIMES_MAX) run.times_us[run.timed++] = (at - run.sent_at[run.done % WINDOW_MAX]) * 1e6;
    if (run.smallest == 0 || size < run.smallest) run.smallest = size;
    if (size > run.largest) run.largest = size;
    run.bytes_in += size;
    run.done++;
}

static int is_answer(const unsigned char *frame) {
    if (number_at == 0 || greeting) return 1;
    run.refused += frame[number_at - 2] == REFUSE;
    return frame[number_at - 2] == ANSWER || frame[number_at - 2] == REFUSE;
}

/* The last answer of each read stays at the front of the inbox until the next read, so that the harness can look at one. */
static void take_answers(SSL *link, size_t stride) {
    memmove(in.bytes, in.bytes + in.last, in.held -= in.last);
    size_t got = read_what_is_there(link, in.bytes + in.held, ROOM - in.held), at = 0;
    must(got > 0, "the server closed the link");
    in.held += got;
    double now = now_s();
    while (in.held - at >= PREFIX_BYTES && in.held - at >= PREFIX_BYTES + (size_t)prefix_of(in.bytes + at)) {
        if (is_answer(in.bytes + at)) count_one(PREFIX_BYTES + prefix_of(in.bytes + at), now, stride);
        at += PREFIX_BYTES + prefix_of(in.bytes + at);
    }
    in.last = at;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print_last_answer(void) {
    size_t at = 0, next;
    while ((next = at + PREFIX_BYTES + prefix_of(in.bytes + at)) < in.last) at = next;
    for (; at < in.last; at++) printf("%02x", in.bytes[at]);
}

static void report(double seconds) {
    qsort(run.times_us, run.timed, sizeof *run.times_us, by_size);
    printf("{\"questions\": %zu, \"seconds\": %.6f, \"p50_us\": %.1f, \"p99_us\": %.1f, ", run.done, seconds,
           run.times_us[run.timed / 2], run.times_us[run.timed * 99 / 100]);
    printf("\"refused\": %zu, \"bytes_in\": %zu, \"bytes_out\": %zu, \"smallest\": %zu, \"largest\": %zu, \"last_answer\": \"", run.refused, run.bytes_in, run.bytes_out, run.smallest, run.largest);
    print_last_answer();
    printf("\"}\n");
    fflush(stdout);
}

static void drive(SSL *link, const char *path, size_t in_flight, double seconds) {
    struct prepared frames = prepared_frames(path);
    must(in_flight > 0 && in_flight <= WINDOW_MAX && frames.size > PREFIX_BYTES, "in flight, frames");
    memset(&run, 0, sizeof run);
    double begin = now_s();
    for (;;) {
        if (now_s() - begin < seconds) send_until_full(link, &frames, in_flight);
        if (run.sent == run.done) break;
        take_answers(link, in_flight >= 16 ? 16 : 1);
    }
    report(now_s() - begin);
    free(frames.bytes);
}

static void greet(SSL *link, const char *path) {
    if (strcmp(path, "-") == 0) return;
    struct prepared frames = prepared_frames(path);
    memset(&run, 0, sizeof run);
    greeting = 1;
    do {
        send_until_full(link, &frames, 1);
        while (run.done < run.sent) take_answers(link, 1);
    } while (frames.at != 0);
    greeting = 0;
    free(frames.bytes);
}

static SSL *opened(SSL_CTX *context, const char *port, const char *greeting_path) {
    struct sockaddr_in address = loopback(port);
    int caller = socket(AF_INET, SOCK_STREAM, 0);
    must(connect(caller, (struct sockaddr *)&address, sizeof address) == 0, "connect");
    SSL *link = tls_over(context, caller);
    must(SSL_connect(link) == 1, "handshake");
    in.held = in.last = 0;
    number = FIRST_NUMBER;
    greet(link, greeting_path);
    return link;
}

static SSL *closed(SSL *link) {
    if (link != NULL) {
        SSL_shutdown(link);
        close(SSL_get_fd(link));
        SSL_free(link);
    }
    printf("{}\n");
    fflush(stdout);
    return NULL;
}

int main(int count, char **arguments) {
    char path[1024];
    size_t in_flight;
    double seconds;
    SSL *link = NULL;
    must(count == 7, "usage: load PORT AUTHORITY CERTIFICATE KEY GREETING NUMBER_AT");
    signal(SIGPIPE, SIG_IGN);
    number_at = (size_t)atoi(arguments[6]);
    SSL_CTX *context = tls_context(0, arguments[2], arguments[3], arguments[4]);
    while (scanf("%1023s %zu %lf", path, &in_flight, &seconds) == 3) {
        if (in_flight == 0) {
            link = closed(link);
            continue;
        }
        if (link == NULL) link = opened(context, arguments[1], arguments[5]);
        drive(link, path, in_flight, seconds);
    }
    return 0;
}
