/* Bare C/OpenSSL echo of length-prefixed frames: all whole frames of one read go back in one write. Usage: echo PORT AUTHORITY CERTIFICATE KEY */
#include "tls.h"
#include <pthread.h>

static size_t whole_frames(const unsigned char *bytes, size_t held) {
    size_t at = 0;
    while (held - at >= PREFIX_BYTES && held - at >= PREFIX_BYTES + (size_t)prefix_of(bytes + at)) at += PREFIX_BYTES + prefix_of(bytes + at);
    return at;
}

static void *serve(void *argument) {
    SSL *link = argument;
    unsigned char *bytes = malloc(READ_BYTES);
    size_t held = 0, got, whole;
    if (SSL_accept(link) == 1)
        while ((got = read_what_is_there(link, bytes + held, READ_BYTES - held)) > 0) {
            held += got;
            whole = whole_frames(bytes, held);
            if (whole > 0 && SSL_write(link, bytes, (int)whole) <= 0) break;
            memmove(bytes, bytes + whole, held -= whole);
        }
    close(SSL_get_fd(link));
    SSL_free(link);
    free(bytes);
    return NULL;
}

int main(int count, char **arguments) {
    must(count == 5, "usage: echo PORT AUTHORITY CERTIFICATE KEY");
    signal(SIGPIPE, SIG_IGN);
    SSL_CTX *context = tls_context(1, arguments[2], arguments[3], arguments[4]);
    struct sockaddr_in address = loopback(arguments[1]);
    int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1, caller;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    must(bind(listener, (struct sockaddr *)&address, sizeof address) == 0 && listen(listener, 64) == 0, "listen");
    while ((caller = accept(listener, NULL, NULL)) >= 0) {
        pthread_t thread;
        pthread_create(&thread, NULL, serve, tls_over(context, caller));
        pthread_detach(thread);
    }
    return 0;
}
