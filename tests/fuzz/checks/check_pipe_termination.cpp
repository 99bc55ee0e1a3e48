// A pipe whose event sink leads back into its termination: it must be freed once.
//
// No packet is known to cause this, so it is done here from within: a sink that, told that the pipe
// has terminated, hands it the acknowledgement of its peer a second time. A double free ends the
// program, by the address sanitizer or by the allocator.

#include "precompiled.hpp"

#include "command.hpp"
#include "ctx.hpp"
#include "msg.hpp"
#include "object.hpp"
#include "pipe.hpp"

#include <stdio.h>

namespace
{
class parent_t : public zmq::object_t
{
  public:
    explicit parent_t (zmq::ctx_t *ctx_) : zmq::object_t (ctx_, zmq::ctx_t::term_tid) {}
};

zmq::command_t command (zmq::command_t::type_t type)
{
    zmq::command_t cmd;
    cmd.destination = nullptr;
    cmd.type = type;
    return cmd;
}

class sink_t : public zmq::i_pipe_events
{
  public:
    void read_activated (zmq::pipe_t *) override {}
    void write_activated (zmq::pipe_t *) override {}
    void hiccuped (zmq::pipe_t *) override {}
    void pipe_terminated (zmq::pipe_t *pipe_) override
    {
        if (++times == 1)
            pipe_->process_command (command (zmq::command_t::pipe_term_ack));
    }

    int times = 0;
};
}

int main ()
{
    // Its commands go to the mailbox of the context's termination, which nobody reads; a socket
    // has to be made for that to be there.
    zmq::ctx_t *const ctx = new zmq::ctx_t;
    if (!ctx->create_socket (ZMQ_PAIR))
        return 1;
    parent_t parent (ctx);
    zmq::object_t *parents[2] = {&parent, &parent};
    zmq::pipe_t *pipes[2];
    const int hwms[2] = {0, 0};
    const bool conflate[2] = {false, false};
    if (zmq::pipepair (parents, pipes, hwms, conflate) != 0)
        return 1;

    sink_t sink;
    pipes[0]->set_event_sink (&sink);
    pipes[0]->set_nodelay ();
    // The peer asks for the end, is answered, and acknowledges.
    pipes[0]->process_command (command (zmq::command_t::pipe_term));
    pipes[0]->process_command (command (zmq::command_t::pipe_term_ack));
    if (sink.times != 1) {
        fprintf (stderr, "the sink was told %d times\n", sink.times);
        return 1;
    }
    puts ("the pipe was freed once");
    fflush (stdout);
    // The other end, and the commands to it, are of no interest.
    _Exit (0);
}
