// What the codes of the API mean, in words that say what is next.
export const STATES = {
  pending: "Waiting to be paid",
  confirmed: "Paid, not packed yet",
  processing: "Being packed",
  shipped: "On its way",
  delivered: "Delivered",
  completed: "Completed",
  cancelled: "Cancelled",
};
export const REASONS = {
  quote_changed: "Something in it had become different. Look at the basket and order again.",
  out_of_stock: "Somebody else was faster: it is sold out. Nothing was taken from you.",
  promotion_used_up: "A code was used up. Order again without it.",
  not_enough_credits: "There were not enough credits. Order again with fewer.",
  payment_failed: "It could not be paid. Order again, perhaps with another card.",
  expired: "It was not paid in time. Nothing was taken from you.",
  by_buyer: "You did not want it any more.",
  screened: "It could not be accepted. Your money goes back.",
  refunded: "It could not be carried out. Your money went back.",
  by_seller: "The store could not send it. Your money goes back.",
  not_sent: "The store did not send it in time. Your money goes back.",
  failed: "Something of ours did not work. Nothing was taken from you: order again.",
};
export const PARCELS = {
  label: "Label made, not handed over yet",
  sent: "Handed over",
  under_way: "Under way",
  delivered: "Delivered",
  lost: "Lost on the way",
  back: "On its way back to the store",
  void: "Called off",
};
export const CARRIERS = { dhl: "DHL Express", fedex: "FedEx", shiprocket: "Shiprocket" };
export const RETURNS = {
  opening: "Being asked",
  requested: "Asked: the store answers",
  approved: "Agreed: send it back",
  rejected: "The store said no",
  withdrawn: "Withdrawn: you keep it",
  sent: "On its way back",
  received: "With the store, which looks at it",
  inspected: "Looked at",
  refunded: "Accepted: your money goes back",
  exchanged: "Accepted: another one is sent",
  closed: "Closed",
};
// The same, for the store.
export const COMING_BACK = {
  ...RETURNS,
  requested: "Asked: you answer",
  approved: "You agreed: it is to be sent",
  rejected: "You said no",
  withdrawn: "The buyer keeps it",
  received: "With you: say how it is",
  refunded: "Accepted: the buyer’s money goes back",
  exchanged: "Accepted: send another one",
};
export const REFUNDS = {
  asked: "being booked",
  pending: "your bank is at it",
  sent: "sent",
  credited: "given as credits",
  by_hand: "a person sees to it",
};
export const CAUSES = {
  by_buyer: "You cancelled",
  by_seller: "The store could not send it",
  not_sent: "Not sent in time",
  returned: "Returned",
  goodwill: "The store gave a part back",
  operator: "Decided by Metco",
};
// The same, for the store.
export const REASONS_FOR_STORE = {
  ...REASONS,
  by_buyer: "The buyer does not want it any more.",
  screened: "It could not be accepted.",
  refunded: "It could not be carried out. The buyer’s money went back.",
  by_seller: "You could not send it. The buyer’s money goes back.",
  not_sent: "It was not sent in time. The buyer’s money goes back.",
};
export const CAUSES_FOR_STORE = { ...CAUSES, by_buyer: "The buyer cancelled", by_seller: "You could not send it", goodwill: "You gave a part back" };
export const REFUNDS_FOR_STORE = { ...REFUNDS, pending: "the buyer’s bank is at it" };
export const WHY = [
  ["no_longer_wanted", "I do not want it any more"],
  ["not_as_described", "It is not as described"],
  ["damaged", "It is damaged"],
  ["wrong_item", "It is something else"],
];
export const HAPPENED = {
  CheckoutStarted: "Ordered",
  OrderPaid: "Paid",
  SellerOrderBegun: "Being packed",
  ParcelLabelled: "A label was made",
  ParcelSent: "A parcel was handed over",
  ParcelMoved: "News of a parcel",
  SellerOrderShipped: "All of it is on its way",
  SellerOrderDelivered: "Delivered",
  SellerOrderCompleted: "Completed: the store has its money",
  LinesCancelled: "Some of it was cancelled",
  AddressChanged: "Its address was changed",
  DeliveryAsked: "You were asked whether it came",
  RefundAsked: "Money is to go back",
  RefundCarriedOut: "Money went back",
  ReturnMoved: "News of a return",
  CancellationAsked: "Somebody asked to cancel it",
  OrderCancelled: "Cancelled",
  OrderClaimed: "Taken into an account",
  OrderFinal: "All is done",
};
// An event that has no words here is told by its own, taken apart.
export const happened = (what) => HAPPENED[what] || what.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase().replace(/^./, (one) => one.toUpperCase());
export const CURRENCIES = ["EUR", "USD", "GBP", "SEK", "PLN", "UAH", "INR"].map((code) => [code, code]);
