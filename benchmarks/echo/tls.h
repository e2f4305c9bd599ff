/* Mutual TLS 1.3 on one loopback socket, for the bare echo and its load (the limit that our link is held against). */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A frame begins with 4 bytes of length and 2 bytes of header length; the first counts what follows the six. */
enum { PREFIX_BYTES = 6, READ_BYTES = 256 * 1024 };

static void must(int ok, const char *what) {
    if (ok) return;
    fprintf(stderr, "failed: %s\n", what);
    ERR_print_errors_fp(stderr);
    exit(1);
}

static SSL_CTX *tls_context(int server, const char *authority, const char *certificate, const char *key) {
    SSL_CTX *context = SSL_CTX_new(server ? TLS_server_method() : TLS_client_method());
    must(context != NULL, "context");
    must(SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION), "version");
    must(SSL_CTX_use_certificate_chain_file(context, certificate), "certificate");
    must(SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM), "key");
    must(SSL_CTX_load_verify_locations(context, authority, NULL), "authority");
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    if (!server) must(SSL_CTX_set_alpn_protos(context, (const unsigned char *)"\012openjuki/1", 11) == 0, "protocol name");
    /* Many records per read of the socket: without it each record costs two system calls. */
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_default_read_buffer_len(context, READ_BYTES);
    return context;
}

static struct sockaddr_in loopback(const char *port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static SSL *tls_over(SSL_CTX *context, int socket_number) {
    int on = 1;
    setsockopt(socket_number, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    SSL *link = SSL_new(context);
    must(link != NULL && SSL_set_fd(link, socket_number), "link");
    return link;
}

static uint32_t prefix_of(const unsigned char *frame) {
    return (uint32_t)frame[0] << 24 | (uint32_t)frame[1] << 16 | (uint32_t)frame[2] << 8 | frame[3];
}

/* Everything that has arrived, up to `room` bytes: blocks for the first byte only. 0 = closed. */
static size_t read_what_is_there(SSL *link, unsigned char *into, size_t room) {
    size_t got = 0;
    do {
        int n = SSL_read(link, into + got, (int)(room - got));
        if (n <= 0) return got;
        got += (size_t)n;
    } while (got < room && SSL_has_pending(link) && got < READ_BYTES / 2);
    return got;
}
