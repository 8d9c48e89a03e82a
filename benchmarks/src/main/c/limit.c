// The least that any server could do: an event of a job's channel becomes one block, which is formatted once and goes out
// in one write() for each client. One thread, epoll, no journal, no resume, no token, no heartbeat. Linux.
//   cc -O2 -o limit limit.c && ./limit <port> <valkey host> <valkey port>
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_NAME 128
#define BUCKETS 65536
#define MAX_BACKLOG (1 << 20) // a client that is this far behind is dropped

struct job;

struct client {
    int fd;
    struct job *job;
    size_t index; // in the job's clients
    char *backlog;
    size_t backlog_size, backlog_sent;
    char *request;
    size_t request_size;
    struct client *next_dead;
};

struct job {
    struct job *next;
    struct client **clients;
    size_t count, capacity;
    char name[MAX_NAME + 1];
};

static struct job *jobs[BUCKETS];
static struct client *dead; // freed when no event of this round can name them any more
static int poller, valkey;

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void *grown(void *memory, size_t size) {
    void *more = realloc(memory, size);
    if (!more) die("realloc");
    return more;
}

static struct job *find_job(const char *name, size_t length, int create) {
    unsigned hash = 5381;
    for (size_t i = 0; i < length; i++) hash = hash * 33 + (unsigned char) name[i];
    struct job **at = &jobs[hash % BUCKETS];
    for (; *at; at = &(*at)->next)
        if (strlen((*at)->name) == length && !memcmp((*at)->name, name, length)) return *at;
    if (!create) return NULL;
    struct job *job = calloc(1, sizeof *job);
    if (!job) die("calloc");
    memcpy(job->name, name, length);
    return *at = job;
}

static void command(const char *verb, const struct job *job) {
    char text[2 * MAX_NAME];
    int size = sprintf(text, "*2\r\n$%zu\r\n%s\r\n$%zu\r\nrunner-jobs:{%s}:events\r\n", strlen(verb), verb,
                       strlen(job->name) + 21, job->name);
    for (int sent = 0; sent < size;) {
        ssize_t n = send(valkey, text + sent, size - sent, MSG_NOSIGNAL);
        if (n < 0 && errno != EAGAIN) die("valkey");
        if (n > 0) sent += n;
    }
}

static void watch(int operation, int fd, unsigned events, void *what) {
    struct epoll_event event = {.events = events, .data.ptr = what};
    epoll_ctl(poller, operation, fd, &event);
}

static void drop(struct client *client) {
    if (client->fd < 0) return;
    struct job *job = client->job;
    if (job) {
        struct client *last = job->clients[--job->count];
        job->clients[client->index] = last;
        last->index = client->index;
        if (!job->count) command("UNSUBSCRIBE", job);
    }
    close(client->fd);
    client->fd = -1;
    client->next_dead = dead;
    dead = client;
}

static void keep(struct client *client, const char *bytes, size_t size) {
    size_t left = client->backlog_size - client->backlog_sent;
    if (left + size > MAX_BACKLOG) {
        drop(client);
        return;
    }
    if (!client->backlog) client->backlog = grown(NULL, MAX_BACKLOG);
    memmove(client->backlog, client->backlog + client->backlog_sent, left);
    memcpy(client->backlog + left, bytes, size);
    client->backlog_size = left + size;
    client->backlog_sent = 0;
    if (!left) watch(EPOLL_CTL_MOD, client->fd, EPOLLIN | EPOLLOUT, client);
}

static void put(struct client *client, const char *bytes, size_t size) {
    ssize_t sent = 0;
    if (!client->backlog) {
        sent = send(client->fd, bytes, size, MSG_NOSIGNAL);
        if (sent == (ssize_t) size) return;
        if (sent < 0 && errno != EAGAIN) {
            drop(client);
            return;
        }
        if (sent < 0) sent = 0;
    }
    keep(client, bytes + sent, size - sent);
}

static void flush(struct client *client) {
    while (client->backlog_sent < client->backlog_size) {
        ssize_t sent = send(client->fd, client->backlog + client->backlog_sent,
                            client->backlog_size - client->backlog_sent, MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno != EAGAIN) drop(client);
            return;
        }
        client->backlog_sent += sent;
    }
    free(client->backlog);
    client->backlog = NULL;
    client->backlog_size = client->backlog_sent = 0;
    watch(EPOLL_CTL_MOD, client->fd, EPOLLIN, client);
}

static char *append(char *to, const char *bytes, size_t size) {
    memcpy(to, bytes, size);
    return to + size;
}

// {"id":"...","event":"...","data":{...},"prev":"..."}, as the append script writes it: the places are found, not parsed
static void publish(struct job *job, const char *message, size_t size) {
    static char *block;
    static size_t capacity;
    const char *end = message + size;
    if (size < 8 || memcmp(message, "{\"id\":\"", 7)) return;
    const char *id = message + 7, *id_end = memchr(id, '"', end - id);
    if (!id_end || end - id_end < 11 || memcmp(id_end, "\",\"event\":\"", 11)) return;
    const char *type = id_end + 11, *type_end = memchr(type, '"', end - type);
    if (!type_end || end - type_end < 9 || memcmp(type_end, "\",\"data\":", 9)) return;
    const char *data = type_end + 9, *data_end = memrchr(data, ',', end - data);
    if (!data_end) return;
    size_t body = 4 + (id_end - id) + 8 + (type_end - type) + 7 + (data_end - data) + 2;
    if (capacity < body + 32) block = grown(block, capacity = 2 * body + 4096);
    char *to = block + sprintf(block, "%zx\r\n", body);
    to = append(append(to, "id: ", 4), id, id_end - id);
    to = append(append(to, "\nevent: ", 8), type, type_end - type);
    to = append(append(to, "\ndata: ", 7), data, data_end - data);
    to = append(to, "\n\n\r\n", 4);
    for (size_t i = job->count; i-- > 0;) put(job->clients[i], block, to - block);
}

static char *input; // from Valkey
static size_t input_size, input_capacity;

// A line of RESP: its kind and its number; 0 if it is not there yet.
static int line(size_t *at, char *kind, long *number) {
    char *end = *at < input_size ? memchr(input + *at, '\n', input_size - *at) : NULL;
    if (!end) return 0;
    *kind = input[*at];
    *number = strtol(input + *at + 1, NULL, 10);
    *at = end + 1 - input;
    return 1;
}

// Takes one push message: an array of three, of which the last may be a number. Returns what it took.
static size_t take(size_t from) {
    size_t at = from;
    const char *text[3] = {0};
    size_t size[3] = {0};
    char kind;
    long count, number;
    if (!line(&at, &kind, &count)) return 0;
    for (int i = 0; kind == '*' && i < count && i < 3; i++) {
        char element;
        if (!line(&at, &element, &number)) return 0;
        if (element != '$' || number < 0) continue;
        if (at + number + 2 > input_size) return 0;
        text[i] = input + at;
        size[i] = number;
        at += number + 2;
    }
    if (kind == '-') die("valkey refuses");
    if (size[0] == 7 && !memcmp(text[0], "message", 7) && text[2] && size[1] > 21) {
        struct job *job = find_job(text[1] + 13, size[1] - 21, 0);
        if (job) publish(job, text[2], size[2]);
    }
    return at - from;
}

static void on_valkey(void) {
    if (input_capacity - input_size < 65536) input = grown(input, input_capacity = 2 * input_capacity + 131072);
    ssize_t size = recv(valkey, input + input_size, input_capacity - input_size, 0);
    if (!size) die("valkey has closed the connection");
    if (size < 0) return;
    input_size += size;
    size_t at = 0, taken;
    while ((taken = take(at))) at += taken;
    memmove(input, input + at, input_size - at);
    input_size -= at;
}

static void on_request(struct client *client) {
    static const char path[] = "GET /runner-jobs/";
    static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream;charset=UTF-8\r\n"
                               "Cache-Control: no-store\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n:\n\n\r\n";
    char bytes[4096];
    ssize_t size = recv(client->fd, bytes, sizeof bytes, 0);
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0 || client->request_size > 16384) {
        drop(client);
        return;
    }
    if (client->job) return;
    client->request = grown(client->request, client->request_size + size + 1);
    memcpy(client->request + client->request_size, bytes, size);
    client->request_size += size;
    client->request[client->request_size] = 0;
    if (!strstr(client->request, "\r\n\r\n")) return;
    char *name = client->request + sizeof path - 1;
    char *name_end = strncmp(client->request, path, sizeof path - 1) ? NULL : strchr(name, '/');
    if (!name_end || name_end - name > MAX_NAME) {
        drop(client);
        return;
    }
    struct job *job = find_job(name, name_end - name, 1);
    free(client->request);
    client->request = NULL;
    if (job->count == job->capacity)
        job->clients = grown(job->clients, (job->capacity = 2 * job->capacity + 1) * sizeof *job->clients);
    client->job = job;
    client->index = job->count;
    job->clients[job->count++] = client;
    if (job->count == 1) command("SUBSCRIBE", job);
    put(client, head, sizeof head - 1);
}

static void on_connection(int listener) {
    int fd, on = 1;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        struct client *client = calloc(1, sizeof *client);
        if (!client) die("calloc");
        client->fd = fd;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        watch(EPOLL_CTL_ADD, fd, EPOLLIN, client);
    }
}

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "limit <port> <valkey host> <valkey port>\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    int on = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1]))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (void *) &address, sizeof address) || listen(listener, 4096)) die("listen");
    valkey = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_port = htons(atoi(argv[3]));
    if (!inet_pton(AF_INET, strcmp(argv[2], "localhost") ? argv[2] : "127.0.0.1", &address.sin_addr)) die(argv[2]);
    if (connect(valkey, (void *) &address, sizeof address)) die("valkey");
    setsockopt(valkey, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    poller = epoll_create1(0);
    watch(EPOLL_CTL_ADD, listener, EPOLLIN, &listener);
    watch(EPOLL_CTL_ADD, valkey, EPOLLIN, &valkey);
    for (;;) {
        struct epoll_event events[512];
        int count = epoll_wait(poller, events, 512, -1);
        for (int i = 0; i < count; i++) {
            void *what = events[i].data.ptr;
            if (what == &valkey) {
                on_valkey();
            } else if (what == &listener) {
                on_connection(listener);
            } else {
                struct client *client = what;
                if (client->fd >= 0 && events[i].events & EPOLLOUT) flush(client);
                if (client->fd >= 0 && events[i].events & ~EPOLLOUT) on_request(client);
            }
        }
        while (dead) {
            struct client *client = dead;
            dead = client->next_dead;
            free(client->backlog);
            free(client->request);
            free(client);
        }
    }
}
